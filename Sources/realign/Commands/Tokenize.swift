import ArgumentParser
import RealignPipeline

/// `realign tokenize`.
struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn texts into token ids.",
    usage: "realign tokenize --model <model> --data <file> ... [<options>]",
    discussion: """
      Rows: {"text","add_special_tokens"?} or {"messages","add_generation_prompt"?}. Prints \
      one object per row: {"ids","text"}.
      """
  )

  @Option(help: "Model directory or org/name[@rev] in the Hugging Face cache.")
  var model: String

  @OptionGroup var rows: DataArguments
  @OptionGroup var templates: TemplateOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try TokenizeCommand.run(
      TokenizeCommand.Options(model: model, data: rows.data),
      context: global.context(templates)
    )
  }
}
