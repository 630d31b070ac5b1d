import RealignText

/// A passage that comes with a row.
public struct RowPassage: Sendable, Equatable {
  /// Its name.
  public let id: String?
  /// Its title.
  public let title: String?
  /// Its text.
  public let text: String

  /// A passage of the given parts.
  public init(id: String? = nil, title: String? = nil, text: String) {
    self.id = id
    self.title = title
    self.text = text
  }

  /// The text alone, or an object when there is more.
  public func toJSON() -> JSONValue {
    guard id != nil || title != nil else { return .string(text) }
    var object = JSONObject()
    object["id"] = id.map(JSONValue.string)
    object["title"] = title.map(JSONValue.string)
    object["text"] = .string(text)
    return .object(object)
  }
}

/// An input of `detect`: a response to be checked for hallucinations.
public struct DetectRow: DataRow {
  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "{\"prompt\"?,\"passages\"?:[…],\"response\",\"label\"?:0|1}; a passage is a string or "
    + "{\"id\"?,\"title\"?,\"text\"}"

  /// What was asked.
  public let prompt: PromptContent?
  /// The passages the response may cite, in the order of their numbers from 1.
  public let passages: [RowPassage]?
  /// The response; may be empty.
  public let response: String
  /// Whether it is hallucinated, if known.
  public let isHallucinated: Bool?

  /// An input of the given parts.
  public init(
    prompt: PromptContent? = nil,
    passages: [RowPassage]? = nil,
    response: String,
    isHallucinated: Bool? = nil
  ) {
    self.prompt = prompt
    self.passages = passages
    self.response = response
    self.isHallucinated = isHallucinated
  }

  /// Reads an input.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    response = try reader.text(reader.required("response"), "response", allowsBlank: true)
    prompt = reader.has("prompt") ? try reader.content("prompt", allowsBlank: true) : nil
    passages =
      reader.has("passages")
      ? try reader.list("passages", of: "passages") { try Self.passage($0, $1, reader) } : nil
    switch reader.value("label") {
    case nil: isHallucinated = nil
    case .number(0): isHallucinated = false
    case .number(1): isHallucinated = true
    case .some(let value):
      throw reader.error(
        "not a label",
        "label",
        found: value.serialized(),
        expected: "0 (grounded) or 1 (hallucinated)"
      )
    }
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    var object = JSONObject()
    object["prompt"] = prompt?.toJSON()
    object["passages"] = passages.map { .array($0.map { $0.toJSON() }) }
    object["response"] = .string(response)
    object["label"] = isHallucinated.map { $0 ? 1 : 0 }
    return .object(object)
  }

  private static func passage(
    _ value: JSONValue,
    _ name: () -> String,
    _ reader: FieldReader
  ) throws -> RowPassage {
    if let text = value.stringValue { return RowPassage(text: text) }
    guard let object = value.objectValue else {
      throw reader.wrongType(name(), value, "a string or {\"id\"?,\"title\"?,\"text\"}")
    }
    let inner = FieldReader(object, reader.place, accepted: "{\"id\"?,\"title\"?,\"text\"}")
    return RowPassage(
      id: try inner.optionalText("id"),
      title: try inner.optionalText("title"),
      text: try inner.text("text")
    )
  }
}
