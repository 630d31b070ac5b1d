import ArgumentParser
import RealignPipeline

/// `realign generate`.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate responses.",
    usage: "realign generate --model <model> (--prompt <text> | --data <file> ...)",
    discussion: """
      Rows: {"prompt"}, {"messages"} or {"input_ids"}. Prints one object per row: \
      {"index","text","ids","finish_reason"}, as soon as it and all before it are complete; with \
      --stream the text of a single prompt as it is made. How tokens are chosen is, where no flag says it, \
      what the model's generation_config.json says.
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(help: ArgumentHelp("One prompt.", valueName: "text"))
  var prompt: String?

  @Flag(help: "Put the prompt into the chat template as the user's message.")
  var chat = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of prompts.", valueName: "file")
  )
  var data: [String] = []

  @Option(help: "Most new tokens of a response.")
  var maxNewTokens = 64

  @Option(help: "Softmax temperature; 0 is greedy. [default: the model's]")
  var temperature: Double?

  @Option(help: "Keep only this many most probable tokens.")
  var topK: Int?

  @Option(help: "Keep the smallest set of tokens of this probability.")
  var topP: Double?

  @Option(help: "Divisor of the logits of tokens that occurred; 1 is off.")
  var repetitionPenalty: Double?

  @Option(help: "Responses decoded at the same time.")
  var batchSize = 32

  @Flag(help: "Print the text of the prompt as it is made, instead of a row.")
  var stream = false

  @OptionGroup var templates: TemplateOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (prompt == nil) != data.isEmpty else {
      throw ValidationError("give either --prompt or --data")
    }
    guard !stream || (prompt != nil && !global.json) else {
      throw ValidationError("--stream needs --prompt and prints no JSON")
    }
    guard !chat || prompt != nil else {
      throw ValidationError("--chat needs --prompt; rows of --data may have messages")
    }
  }

  func run() throws {
    let options = GenerateCommand.Options(
      model: model.model,
      adapter: model.adapter,
      prompt: prompt,
      isChat: chat,
      data: data,
      maxNewTokens: maxNewTokens,
      temperature: temperature,
      topK: topK,
      topP: topP,
      repetitionPenalty: repetitionPenalty,
      batchSize: batchSize,
      baseDtype: model.baseDtype,
      streams: stream
    )
    try GenerateCommand.run(options, context: global.context(templates))
  }
}
