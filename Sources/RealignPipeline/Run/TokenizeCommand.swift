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
      options.model, environment: context.environment)
    let tokenizer = try BytePairTokenizer(directory: directory)
    for file in options.data {
      for line in try JSONLines.read(file) {
        let (text, addsSpecialTokens) = try row(line, file: file)
        let ids = tokenizer.encode(text, addSpecialTokens: addsSpecialTokens)
        try context.output.row([
          "ids": .array(ids.map { .integer($0) }), "text": .string(text),
        ])
      }
    }
  }

  private static func row(_ line: JSONLine, file: String) throws -> (String, Bool) {
    guard let text = line.value["text"]?.stringValue else {
      throw InputError(
        .badData, "a row to tokenize needs a text", file: file, line: line.line, field: "text",
        found: line.value["text"]?.kindName ?? "the fields \(line.value.keys)",
        expected: "a string")
    }
    guard let flag = line.value["add_special_tokens"] else { return (text, true) }
    guard let adds = flag.boolValue else {
      throw InputError(
        .badData, "wrong type", file: file, line: line.line, field: "add_special_tokens",
        found: flag.kindName, expected: "true or false")
    }
    return (text, adds)
  }
}
