import ArgumentParser
import RealignPipeline

/// `realign generate`.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate responses.",
    usage: "realign generate --model <model> (--prompt <text> | --data <file> ...)",
    discussion: """
      Rows: {"prompt"}, {"messages"} or {"input_ids"}. Prints one object per row: \
      {"index","text","ids","finish_reason"}.
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(help: ArgumentHelp("One prompt.", valueName: "text"))
  var prompt: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of prompts.", valueName: "file")
  )
  var data: [String] = []

  @Option(help: "Most new tokens of a response.")
  var maxNewTokens = 64

  @Option(help: "Softmax temperature; 0 is greedy.")
  var temperature = 0.0

  @Option(help: "Keep only this many most probable tokens.")
  var topK: Int?

  @Option(help: "Keep the smallest set of tokens of this probability.")
  var topP = 1.0

  @Option(help: "Responses decoded at the same time.")
  var batchSize = 32

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (prompt == nil) != data.isEmpty else {
      throw ValidationError("give either --prompt or --data")
    }
  }

  func run() throws {
    let options = GenerateCommand.Options(
      model: model.model,
      adapter: model.adapter,
      prompt: prompt,
      data: data,
      maxNewTokens: maxNewTokens,
      temperature: temperature,
      topK: topK,
      topP: topP,
      batchSize: batchSize,
      baseDtype: model.baseDtype
    )
    try GenerateCommand.run(options, context: global.context)
  }
}
