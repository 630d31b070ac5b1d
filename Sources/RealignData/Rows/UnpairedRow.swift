import RealignText

/// A prompt with one completion and whether it is a good one: TRL's unpaired preference format.
public struct UnpairedRow: DataRow {
  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "{\"prompt\",\"completion\",\"label\"}, prompt and completion as strings or message lists, "
    + "label true or false, optional id, group"

  /// The prompt.
  public let prompt: PromptContent
  /// The completion, in the same form as the prompt.
  public let completion: PromptContent
  /// Whether the completion is desirable.
  public let label: Bool
  /// A name for the row.
  public let id: String?
  /// The entity the row is about; rows of a group stay in one part of a split.
  public let group: String?
  /// What the chat template is given beside the messages.
  public var template = TemplateInputs()

  /// A row of the given parts.
  public init(
    prompt: PromptContent,
    completion: PromptContent,
    label: Bool,
    id: String? = nil,
    group: String? = nil
  ) {
    self.prompt = prompt
    self.completion = completion
    self.label = label
    self.id = id
    self.group = group
  }

  /// Reads a row.
  ///
  /// - Throws: `InputError` of kind `badData`, for a preference pair too.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    guard !reader.has("chosen"), !reader.has("rejected") else {
      throw reader.error(
        "the row is a pair, not a completion with a label",
        nil,
        found: "the fields " + object.keys.joined(separator: ", "),
        expected: Self.accepted,
        hint: "pairs go with other losses, for example loss_type sigmoid"
      )
    }
    prompt = try reader.content("prompt")
    completion = try reader.content("completion")
    try reader.checkSameForm([("prompt", prompt), ("completion", completion)])
    try reader.checkCompletion("completion", completion)
    label = try reader.flag("label")
    id = try reader.optionalText("id")
    group = try reader.optionalText("group")
    if prompt.isConversational { template = try TemplateInputs(reader) }
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    var object: JSONObject = [
      "prompt": prompt.toJSON(), "completion": completion.toJSON(), "label": .bool(label),
    ]
    object["id"] = id.map(JSONValue.string)
    object["group"] = group.map(JSONValue.string)
    return template.added(to: object)
  }
}
