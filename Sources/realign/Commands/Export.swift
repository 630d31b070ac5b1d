import ArgumentParser
import RealignPipeline

/// `realign export`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model as one GGUF file, which llama.cpp runs.",
    usage: "realign export --model <model> --output <file> [<options>]",
    discussion: """
      Families: llama, mistral, qwen2, qwen3, each with a byte-level tokenizer. Vectors stay in \
      single precision; q8_0 stores blocks of 32 weights as bytes with one scale.
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(help: ArgumentHelp("The file's format: gguf.", valueName: "format"))
  var format = "gguf"

  @Option(help: ArgumentHelp("Type of matrices: f16, bf16 or q8_0.", valueName: "type"))
  var precision = "f16"

  @Option(help: ArgumentHelp("What the file calls the model.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("The file; it must not exist.", valueName: "file"))
  var output: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = ExportCommand.Options(
      model: model.model,
      adapter: model.adapter,
      format: format,
      precision: precision,
      name: name,
      output: output
    )
    try ExportCommand.run(options, context: global.context)
  }
}
