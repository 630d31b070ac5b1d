import RealignData
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

  /// Prints `{"ids","text"}` for every row `{"text","add_special_tokens"?}`.
  ///
  /// - Throws: `InputError` for a model without tokenizer or a wrong row, with file and line.
  public static func run(_ options: Options, context: CommandContext) throws {
    let directory = try ModelReference.resolve(
      options.model,
      environment: context.environment
    )
    let tokenizer = try TokenizerLoader.load(directory: directory)
    for file in options.data {
      for located in try TokenizeRow.readLocated(file) {
        guard case .text(let text, let addsSpecialTokens) = located.row else {
          throw InputError(
            .badData,
            "messages need a chat template, which this version does not read",
            file: file,
            line: located.line,
            field: "messages",
            expected: "a row with text"
          )
        }
        let ids = tokenizer.encode(text, addSpecialTokens: addsSpecialTokens)
        try context.output.row([
          "ids": .array(ids.map { JSONValue.integer($0) }), "text": .string(text),
        ])
      }
    }
  }
}
