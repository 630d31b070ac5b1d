import ArgumentParser
import RealignPipeline

/// `realign curate`.
struct Curate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Collect preference pairs and claims; exit code 2 when they are bad.",
    usage: """
      realign curate --model <model> --knowledge <file>
             --questions <file> ... --output <file> [<options>]
      """,
    discussion: """
      Stage 2 alone, over training questions. Beside the pairs lie claims (.claims.jsonl) and \
      the report (.report.jsonl). Samples, passages and limits are settings: \
      --set collect.samples_per_question=8.
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(help: ArgumentHelp("Knowledge base.", valueName: "file"))
  var knowledge: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of training questions.", valueName: "file")
  )
  var questions: [String]

  @Option(
    help: ArgumentHelp(
      "Detector whose verifier judges; without it one is fitted.",
      valueName: "directory"
    )
  )
  var detector: String?

  @Option(help: ArgumentHelp("File of the pairs.", valueName: "file"))
  var output: String

  @OptionGroup var shards: ShardArguments
  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = CurateCommand.Options(
      sources: configurationOptions.sources(flags: global.flags),
      model: model.model,
      adapter: model.adapter,
      baseDtype: model.baseDtype,
      knowledge: knowledge,
      questions: questions,
      detector: detector,
      output: output,
      sharding: shards.options
    )
    try CurateCommand.run(options, context: shards.context(global.context)).finish()
  }
}
