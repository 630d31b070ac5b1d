import ArgumentParser
import RealignPipeline

/// `realign detect`.
struct Detect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score responses for hallucination.",
    usage: "realign detect --model <model> --data <file> ... [<options>]",
    discussion: """
      Rows: {"prompt"?,"passages"?,"response","label"?}, label 1 = hallucinated. Prints one \
      object per row and, with labels, a summary.
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(help: ArgumentHelp("Knowledge base.", valueName: "file"))
  var knowledge: String?

  @Option(help: ArgumentHelp("Detector directory of a run.", valueName: "directory"))
  var detector: String?

  @OptionGroup var rows: DataArguments
  @OptionGroup var results: ResultArguments
  @OptionGroup var shards: ShardArguments
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = DetectCommand.Options(
      model: model.model,
      adapter: model.adapter,
      baseDtype: model.baseDtype,
      knowledge: knowledge,
      detector: detector,
      data: rows.data,
      output: results.output,
      sharding: shards.options
    )
    try DetectCommand.run(options, context: shards.context(global.context))
  }
}
