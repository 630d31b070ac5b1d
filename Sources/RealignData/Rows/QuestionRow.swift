import RealignText

/// A question with its gold answers.
public struct QuestionRow: DataRow {
  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "{\"id\",\"question\",\"answers\":[…],\"answerable\":true|false,\"sources\"?:[document ids],"
    + "\"group\"?,\"statement\"?,\"refusal\"?}"

  /// The name of the question, unique in its file.
  public let id: String
  /// The question.
  public let question: String
  /// Every form of the right answer; at least one when the question is answerable.
  public let answers: [String]
  /// Whether the knowledge base contains the answer.
  public let answerable: Bool
  /// The ids of the documents that contain it.
  public let sources: [String]?
  /// The entity the question is about.
  public let group: String?
  /// The right answer as a sentence without citation; by default the first answer.
  public let statement: String?
  /// How this question is declined; by default a general sentence.
  public let refusal: String?

  /// No other question of a file has the same id.
  public var uniqueID: String? { id }

  /// A question of the given parts.
  public init(
    id: String,
    question: String,
    answers: [String],
    answerable: Bool,
    sources: [String]? = nil,
    group: String? = nil,
    statement: String? = nil,
    refusal: String? = nil
  ) {
    self.id = id
    self.question = question
    self.answers = answers
    self.answerable = answerable
    self.sources = sources
    self.group = group
    self.statement = statement
    self.refusal = refusal
  }

  /// Reads a question.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    id = try reader.text("id")
    question = try reader.text("question")
    answerable = try reader.flag("answerable")
    answers = try reader.list("answers", of: "strings") { value, name in
      try reader.text(value, name(), allowsBlank: false)
    }
    guard !answerable || !answers.isEmpty else {
      throw reader.error(
        "an answerable question has no answer",
        "answers",
        found: "[]",
        expected: "at least one answer, or \"answerable\": false"
      )
    }
    sources =
      reader.has("sources")
      ? try reader.list("sources", of: "document ids") { value, name in
        try reader.text(value, name(), allowsBlank: false)
      } : nil
    group = try reader.optionalText("group")
    statement = try reader.optionalText("statement")
    refusal = try reader.optionalText("refusal")
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    var object: JSONObject = [
      "id": .string(id), "question": .string(question),
      "answers": .array(answers.map(JSONValue.string)), "answerable": .bool(answerable),
    ]
    object["sources"] = sources.map { .array($0.map(JSONValue.string)) }
    object["group"] = group.map(JSONValue.string)
    object["statement"] = statement.map(JSONValue.string)
    object["refusal"] = refusal.map(JSONValue.string)
    return .object(object)
  }
}
