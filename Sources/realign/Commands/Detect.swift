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
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = DetectCommand.Options(
      model: model.model,
      adapter: model.adapter,
      knowledge: knowledge,
      detector: detector,
      data: rows.data
    )
    try DetectCommand.run(options, context: global.context)
  }
}
