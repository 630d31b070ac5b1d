import RealignData
import RealignModels
import RealignText

/// `realign tokenize`: texts to token ids.
public enum TokenizeCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name.
    public var model: String
    /// JSON Lines files, in order.
    public var data: [String]

    /// The options of one call.
    public init(model: String, data: [String]) {
      self.model = model
      self.data = data
    }
  }

  /// Prints `{"ids","text"}` for every row `{"text","add_special_tokens"?}` or
  /// `{"messages","add_generation_prompt"?}`; of messages the text is the rendered one.
  ///
  /// - Throws: `InputError` for a model without tokenizer, without chat template where one is
  ///   needed, or a wrong row, with file and line.
  public static func run(_ options: Options, context: CommandContext) throws {
    let directory = try ModelReference.resolve(
      options.model,
      environment: context.environment
    )
    let tokenizer = try TokenizerLoader.load(directory: directory)
    let chat = ChatRenderer(try ModelCompanions(directory: directory), context: context)
    for file in options.data {
      for located in try TokenizeRow.readLocated(file) {
        let ids: [Int32]
        let shown: String
        switch located.row {
        case .text(let text, let addsSpecialTokens):
          ids = tokenizer.encode(text, addSpecialTokens: addsSpecialTokens)
          shown = text
        case .messages(let messages, let addGenerationPrompt, let template):
          let rendered = try chat.render(
            messages,
            template,
            addGenerationPrompt: addGenerationPrompt,
            place: RowPlace(file: file, line: located.line)
          )
          ids = chat.encode(rendered, tokenizer: tokenizer).map(\.id)
          shown = rendered.text
        }
        try context.output.row([
          "ids": .array(ids.map { JSONValue.integer($0) }), "text": .string(shown),
        ])
      }
    }
  }
}
