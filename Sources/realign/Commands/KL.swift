import ArgumentParser
import RealignPipeline

/// `realign kl`.
struct KL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kl",
    abstract: "Print the exact KL of a model to a reference.",
    usage: "realign kl --model <model> --reference <model> --data <file> ...",
    discussion: """
      Rows as for `score`. Prints one object per row, {"index","kl","mean","sum"}, then \
      {"summary":{"kl_per_token","kl_per_sequence","tokens"}}; nats.
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(help: "Reference model.")
  var reference: String

  @OptionGroup var rows: DataArguments
  @OptionGroup var templates: TemplateOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = KLCommand.Options(
      model: model.model,
      adapter: model.adapter,
      reference: reference,
      data: rows.data,
      baseDtype: model.baseDtype
    )
    try KLCommand.run(options, context: global.context(templates))
  }
}
