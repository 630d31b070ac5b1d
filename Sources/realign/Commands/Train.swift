import ArgumentParser
import RealignPipeline

/// `realign train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the seven stages; without --config, on the bundled Atlas.",
    usage: "realign train [<options>]",
    discussion: """
      Settings: defaults, then --config files, REALIGN_… variables, --set and flags; later \
      ones win. `realign init` writes a file with every setting explained.
      """
  )

  @OptionGroup var configurationOptions: ConfigurationOptions

  @Option(help: ArgumentHelp("Directory of the run.", valueName: "directory"))
  var runDir: String?

  @Option(help: ArgumentHelp("First stage to run again; implies --resume.", valueName: "stage"))
  var from: StageName?

  @Option(help: ArgumentHelp("Last stage to run.", valueName: "stage"))
  var to: StageName?

  @Flag(help: "Continue the run in the directory.")
  var resume = false

  @Flag(help: "Replace the run in the directory.")
  var overwrite = false

  @Option(help: .setting("gates.enforcement"))
  var gates: String?

  @Option(help: .setting("gates.mode"))
  var gateMode: String?

  @Option(help: .setting("gates.profile"))
  var profile: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if resume && overwrite { throw ValidationError("--resume and --overwrite exclude each other") }
    if from != nil && overwrite {
      throw ValidationError("--from continues a run, --overwrite replaces it")
    }
    if let from, let to, from.number > to.number {
      throw ValidationError("--from \(from.rawValue) comes after --to \(to.rawValue)")
    }
  }

  func run() throws {
    let gateFlags: [(String, String, String?)] = [
      ("gates.enforcement", "--gates", gates), ("gates.mode", "--gate-mode", gateMode),
      ("gates.profile", "--profile", profile),
    ]
    let flags =
      global.flags
      + gateFlags.compactMap { key, flag, text in
        text.map { FlagValue(key: key, flag: flag, text: $0) }
      }
    let options = TrainCommand.Options(
      sources: configurationOptions.sources(flags: flags),
      runDirectory: runDir,
      from: from,
      to: to,
      existing: resume || from != nil ? .resume : overwrite ? .replace : .refuse
    )
    try TrainCommand.run(options, context: global.context).finish()
  }
}

extension StageName: ExpressibleByArgument {}
