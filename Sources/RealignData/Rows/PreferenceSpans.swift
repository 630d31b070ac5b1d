import RealignText

/// The parts of a pair's completions that the loss counts, for claim-level preference
/// optimisation.
///
/// Offsets count Unicode scalars (code points, as Python counts characters) from the start of the
/// completion: of the string, or of the content of the last message. A token counts when its first
/// character other than white space lies in a span; an empty list leaves no token of that side.
public struct PreferenceSpans: Sendable, Equatable {
  /// The parts of the better completion, ascending and apart.
  public let chosen: [TextSpan]
  /// The parts of the worse completion, ascending and apart.
  public let rejected: [TextSpan]

  /// The spans of both sides.
  public init(chosen: [TextSpan], rejected: [TextSpan]) {
    self.chosen = chosen
    self.rejected = rejected
  }

  init?(_ reader: FieldReader, chosen: PromptContent, rejected: PromptContent) throws {
    guard let value = reader.value("spans") else { return nil }
    guard let object = value.objectValue else {
      throw reader.wrongType("spans", value, Self.shape)
    }
    let inner = FieldReader(object, reader.place, accepted: Self.shape)
    self.chosen = try Self.spans(inner, "chosen", in: chosen)
    self.rejected = try Self.spans(inner, "rejected", in: rejected)
  }

  /// The spans as `{"chosen":[[start,end],…],"rejected":[[start,end],…]}`.
  public func toJSON() -> JSONValue {
    [
      "chosen": .array(chosen.map { $0.toJSON() }),
      "rejected": .array(rejected.map { $0.toJSON() }),
    ]
  }

  private static let shape = "{\"chosen\":[[start,end],…],\"rejected\":[[start,end],…]}"

  private static func spans(
    _ reader: FieldReader,
    _ side: String,
    in content: PromptContent
  ) throws -> [TextSpan] {
    let length = content.spannedText.unicodeScalars.count
    var previousEnd = 0
    return try reader.list(side, of: "[start,end]") { value, name in
      let numbers = value.arrayValue?.map(\.intValue) ?? []
      guard numbers.count == 2, let start = numbers[0], let end = numbers[1] else {
        throw reader.wrongType("spans.\(name())", value, "two whole numbers [start,end]")
      }
      guard start >= previousEnd, start < end, end <= length else {
        throw reader.error(
          "the span is out of place",
          "spans.\(name())",
          found: "[\(start),\(end)]",
          expected: "\(previousEnd) ≤ start < end ≤ \(length), ascending and apart; offsets count "
            + "characters of the completion"
        )
      }
      previousEnd = end
      return TextSpan(start: start, end: end)
    }
  }
}
