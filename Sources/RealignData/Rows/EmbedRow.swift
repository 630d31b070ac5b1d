import RealignText

/// An input of `embed`.
public enum EmbedRow: DataRow {
  /// A text to be turned into a vector.
  case text(String)
  /// Two texts to be classified.
  case pair(premise: String, hypothesis: String)

  /// The accepted shapes, as shown in errors.
  public static let accepted = "one of {\"text\"}, {\"premise\",\"hypothesis\"}"

  /// Reads an input; of both shapes the pair is taken, and texts may be empty.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    if reader.has("premise") || reader.has("hypothesis") {
      self = .pair(
        premise: try reader.text("premise", allowsBlank: true),
        hypothesis: try reader.text("hypothesis", allowsBlank: true)
      )
    } else {
      self = .text(try reader.text("text", allowsBlank: true))
    }
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    switch self {
    case .text(let text): ["text": .string(text)]
    case .pair(let premise, let hypothesis):
      ["premise": .string(premise), "hypothesis": .string(hypothesis)]
    }
  }
}
