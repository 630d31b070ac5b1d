import ArgumentParser
import RealignPipeline

/// `realign embed`.
struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn texts into vectors, or label pairs, by an encoder.",
    usage: "realign embed --model <model> --data <file> ... [<options>]",
    discussion: """
      Rows: {"text"}, or {"premise","hypothesis"} for a model with a classification head. Prints \
      one object per row: {"index","embedding","tokens"} or \
      {"index","label","probabilities","tokens"}. Models: BERT encoders, with the files of \
      sentence-transformers where they are there.
      """
  )

  @Option(help: "Model directory or org/name[@rev] in the Hugging Face cache.")
  var model: String

  @OptionGroup var rows: DataArguments

  @Option(help: ArgumentHelp("File for the results instead of stdout.", valueName: "file"))
  var output: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try EmbedCommand.run(
      EmbedCommand.Options(model: model, data: rows.data, output: output),
      context: global.context
    )
  }
}
