import ArgumentParser
import RealignPipeline

/// `realign validate`.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the quality of data; exit code 2 when a hard rule is broken.",
    usage: "realign validate <file> ... [--kind <kind>] [--against <file> ...]",
    discussion: """
      Checks schema, counts, score gap, length bias, leakage from evaluation data, duplicates, \
      personal data, poisoning and balance.
      """
  )

  @Argument(help: ArgumentHelp("JSON Lines files of one data set.", valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "preference, sft, claims or questions; told from the first row by default.",
      valueName: "kind"
    )
  )
  var kind: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Evaluation data that must not occur.", valueName: "file")
  )
  var against: [String] = []

  @Option(help: ArgumentHelp("The fewest pairs. Default: 100.", valueName: "count"))
  var minPairs: Int?

  @Flag(help: "Refuse pairs without scores.")
  var requireScores = false

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = ValidateCommand.Options(
      files: files,
      kind: kind,
      against: against,
      minimumPairs: minPairs,
      requiresScores: requireScores
    )
    try ValidateCommand.run(options, context: global.context).finish()
  }
}
