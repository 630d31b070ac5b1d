import RealignText

/// An input of `score` and `kl`.
public enum ScoreRow: DataRow {
  /// A prompt and the completion to score, both strings or both messages.
  case promptCompletion(prompt: PromptContent, completion: PromptContent)
  /// Token ids; those from `completionStart` (at least 1, below the count) are scored.
  case tokens(ids: [Int32], completionStart: Int)
  /// A text that is scored from its second token.
  case text(String)

  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "one of {\"prompt\",\"completion\"}, {\"input_ids\":[…],\"completion_start\":k}, {\"text\"}"

  /// Reads an input; of several shapes that fit, token ids come before a prompt, and that before a
  /// text.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    if reader.has("input_ids") {
      let ids = try reader.tokenIDs("input_ids")
      let start = try reader.integer("completion_start")
      guard start >= 1, start < ids.count else {
        throw reader.error(
          "the completion has no token to score",
          "completion_start",
          found: "\(start)",
          expected: "1 ≤ completion_start < \(ids.count), the number of ids",
          hint: "the first token has nothing before it, so its probability is not defined"
        )
      }
      self = .tokens(ids: ids, completionStart: start)
    } else if reader.has("prompt") || reader.has("completion") {
      let prompt = try reader.content("prompt", allowsBlank: true)
      let completion = try reader.content("completion")
      try reader.checkSameForm([("prompt", prompt), ("completion", completion)])
      try reader.checkCompletion("completion", completion)
      self = .promptCompletion(prompt: prompt, completion: completion)
    } else {
      self = .text(try reader.text("text"))
    }
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    switch self {
    case .promptCompletion(let prompt, let completion):
      ["prompt": prompt.toJSON(), "completion": completion.toJSON()]
    case .tokens(let ids, let completionStart):
      [
        "input_ids": .array(ids.map { .integer($0) }),
        "completion_start": .integer(completionStart),
      ]
    case .text(let text): ["text": .string(text)]
    }
  }
}
