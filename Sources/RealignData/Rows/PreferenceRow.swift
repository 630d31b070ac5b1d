import RealignText

/// A prompt with a better and a worse completion.
public struct PreferenceRow: DataRow {
  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "{\"prompt\",\"chosen\",\"rejected\"} as strings or message lists, optional chosen_score, "
    + "rejected_score, margin, id, group, reason, spans"

  /// The prompt.
  public var prompt: PromptContent
  /// The better completion, in the same form as the prompt.
  public var chosen: PromptContent
  /// The worse completion, in the same form as the prompt.
  public var rejected: PromptContent
  /// How good the better completion is, by convention in 0...1.
  public var chosenScore: Double?
  /// How good the worse completion is, on the same scale.
  public var rejectedScore: Double?
  /// The chosen score less the rejected one.
  public var margin: Double?
  /// A name for the row.
  public var id: String?
  /// The entity the row is about; rows of a group stay in one part of a split.
  public var group: String?
  /// Why the one is better: the class of the pair.
  public var reason: String?
  /// The parts of the completions that the loss counts; nil when it counts all.
  public var spans: PreferenceSpans?
  /// What the chat template is given beside the messages.
  public var template = TemplateInputs()

  /// A pair of the given parts.
  public init(
    prompt: PromptContent,
    chosen: PromptContent,
    rejected: PromptContent,
    chosenScore: Double? = nil,
    rejectedScore: Double? = nil,
    margin: Double? = nil,
    id: String? = nil,
    group: String? = nil,
    reason: String? = nil,
    spans: PreferenceSpans? = nil
  ) {
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
    self.chosenScore = chosenScore
    self.rejectedScore = rejectedScore
    self.margin = margin
    self.id = id
    self.group = group
    self.reason = reason
    self.spans = spans
  }

  /// Reads a pair.
  ///
  /// Without a `prompt`, chosen and rejected must be message lists with a common beginning, which
  /// up to its last user message becomes the prompt.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    if reader.has("completion"), reader.has("label"), !reader.has("chosen") {
      throw reader.error(
        "the row is a completion with a label, not a pair",
        nil,
        found: "the fields " + object.keys.joined(separator: ", "),
        expected: Self.accepted,
        hint: "rows with a label go with loss_type kto or apo_zero_unpaired"
      )
    }
    if reader.has("prompt") {
      prompt = try reader.content("prompt")
      chosen = try reader.content("chosen")
      rejected = try reader.content("rejected")
    } else {
      (prompt, chosen, rejected) = try Self.implicitPrompt(reader)
    }
    try reader.checkSameForm([("prompt", prompt), ("chosen", chosen), ("rejected", rejected)])
    try reader.checkCompletion("chosen", chosen)
    try reader.checkCompletion("rejected", rejected)
    chosenScore = try reader.optionalNumber("chosen_score")
    rejectedScore = try reader.optionalNumber("rejected_score")
    margin = try reader.optionalNumber("margin")
    id = try reader.optionalText("id")
    group = try reader.optionalText("group")
    reason = try reader.optionalText("reason")
    spans = try PreferenceSpans(reader, chosen: chosen, rejected: rejected)
    if prompt.isConversational { template = try TemplateInputs(reader) }
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    var object: JSONObject = [
      "prompt": prompt.toJSON(), "chosen": chosen.toJSON(), "rejected": rejected.toJSON(),
    ]
    object["chosen_score"] = chosenScore.map(JSONValue.number)
    object["rejected_score"] = rejectedScore.map(JSONValue.number)
    object["margin"] = margin.map(JSONValue.number)
    object["id"] = id.map(JSONValue.string)
    object["group"] = group.map(JSONValue.string)
    object["reason"] = reason.map(JSONValue.string)
    object["spans"] = spans?.toJSON()
    return template.added(to: object)
  }

  /// The difference of the scores; nil unless both are there.
  public var scoreGap: Double? {
    guard let chosenScore, let rejectedScore else { return nil }
    return chosenScore - rejectedScore
  }

  private static func implicitPrompt(
    _ reader: FieldReader
  ) throws -> (PromptContent, PromptContent, PromptContent) {
    let chosenContent = try reader.content("chosen")
    let rejectedContent = try reader.content("rejected")
    guard let chosen = chosenContent.messages, let rejected = rejectedContent.messages else {
      throw reader.missing("prompt")
    }
    let common = zip(chosen, rejected).prefix { $0 == $1 }.count
    let promptCount = (chosen.prefix(common).lastIndex { $0.role == "user" } ?? -1) + 1
    guard promptCount > 0, promptCount < chosen.count, promptCount < rejected.count else {
      throw reader.error(
        "the conversations do not share a prompt",
        "prompt",
        found: "\(common) equal messages at the start of chosen and rejected",
        expected: "a `prompt`, or conversations with a common beginning that has a user message "
          + "and answers after it"
      )
    }
    return (
      .messages(Array(chosen[..<promptCount])), .messages(Array(chosen[promptCount...])),
      .messages(Array(rejected[promptCount...]))
    )
  }
}
