import RealignText

/// The kinds of rows that `validate` knows.
public enum DataKind: String, Sendable, CaseIterable {
  /// Prompts with a better and a worse completion.
  case preference
  /// Rows for supervised fine-tuning.
  case sft
  /// Claims with their truth.
  case claims
  /// Questions with gold answers.
  case questions

  /// The kind that the fields of a row suggest; nil when they suggest none.
  public init?(detecting object: JSONObject) {
    let has = { (field: String) in object[field] != nil }
    if has("chosen") || has("rejected") {
      self = .preference
    } else if has("claim") || has("factual") {
      self = .claims
    } else if has("question") || has("answerable") {
      self = .questions
    } else if has("text") || has("messages") || has("completion") || has("instruction")
      || has("conversations") || has("prompt")
    {
      self = .sft
    } else {
      return nil
    }
  }
}

/// A row of any of the kinds that `validate` knows, with what the checks ask of it.
public enum DataRecord: Sendable, Equatable {
  /// A pair.
  case preference(PreferenceRow)
  /// A row for supervised fine-tuning.
  case sft(SFTRow)
  /// A claim.
  case claim(ClaimRow)
  /// A question.
  case question(QuestionRow)

  /// Reads a row of a kind.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, kind: DataKind, at place: RowPlace) throws {
    switch kind {
    case .preference: self = .preference(try PreferenceRow(object, at: place))
    case .sft: self = .sft(try SFTRow(object, at: place))
    case .claims: self = .claim(try ClaimRow(object, at: place))
    case .questions: self = .question(try QuestionRow(object, at: place))
    }
  }

  /// What a model is given.
  public var input: String {
    switch self {
    case .preference(let row): row.prompt.plainText
    case .sft(let row): row.prompt?.plainText ?? Self.split(row.completion).input
    case .claim(let row): row.claim
    case .question(let row): row.question
    }
  }

  /// What a model is to learn or to avoid, or the gold answers.
  public var outputs: [String] {
    switch self {
    case .preference(let row): [row.chosen.plainText, row.rejected.plainText]
    case .sft(let row):
      row.prompt == nil ? [Self.split(row.completion).output] : [row.completion.plainText]
    case .claim(let row): row.source.map { [$0] } ?? []
    case .question(let row): row.answers
    }
  }

  /// The entity the row is about.
  public var group: String? {
    switch self {
    case .preference(let row): row.group
    case .sft(let row): row.group
    case .claim(let row): row.group
    case .question(let row): row.group
    }
  }

  /// What separates the classes that should be balanced: the pair's reason, the claim's truth,
  /// whether the question is answerable.
  public var label: String? {
    switch self {
    case .preference(let row): row.reason
    case .sft: nil
    case .claim(let row): row.factual ? "factual" : "unfactual"
    case .question(let row): row.answerable ? "answerable" : "unanswerable"
    }
  }

  /// All texts of the row.
  public var texts: [String] { [input] + outputs }

  /// The last answer of a conversation apart from all before it; a plain text is an input.
  private static func split(_ content: PromptContent) -> (input: String, output: String) {
    guard let messages = content.messages else { return (content.plainText, "") }
    let last = messages.lastIndex { $0.role == "assistant" } ?? messages.count
    let output = last < messages.count ? messages[last].content : ""
    return (messages[..<last].map(\.content).joined(separator: "\n"), output)
  }
}
