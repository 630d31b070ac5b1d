import RealignText

/// A part of a text, in Unicode scalars (code points, as Python counts characters).
public struct TextSpan: Sendable, Hashable {
  /// The first scalar.
  public let start: Int
  /// Past the last scalar.
  public let end: Int

  /// A span.
  ///
  /// - Precondition: `0 ≤ start < end`.
  public init(start: Int, end: Int) {
    precondition(start >= 0 && start < end, "a span needs 0 ≤ \(start) < \(end)")
    self.start = start
    self.end = end
  }

  /// The bytes the span covers in the UTF-8 form of a text, as tokenizers count; nil when the text
  /// is shorter than the span.
  public func utf8Range(in text: String) -> Range<Int>? {
    Self.utf8Ranges(of: [self], in: text)?.first
  }

  /// The bytes that ascending spans cover in the UTF-8 form of a text; nil when the text is too
  /// short.
  ///
  /// - Precondition: Each span starts at or after the end of the one before.
  public static func utf8Ranges(of spans: [TextSpan], in text: String) -> [Range<Int>]? {
    var ranges: [Range<Int>] = []
    var scalarCount = 0
    var byteCount = 0
    var scalars = text.unicodeScalars.makeIterator()
    func advance(to target: Int) -> Bool {
      precondition(target >= scalarCount, "spans must ascend: \(target) after \(scalarCount)")
      while scalarCount < target {
        guard let scalar = scalars.next() else { return false }
        byteCount += UTF8.width(scalar)
        scalarCount += 1
      }
      return true
    }
    for span in spans {
      guard advance(to: span.start) else { return nil }
      let start = byteCount
      guard advance(to: span.end) else { return nil }
      ranges.append(start..<byteCount)
    }
    return ranges
  }

  /// The span as `[start, end]`.
  public func toJSON() -> JSONValue { [.integer(start), .integer(end)] }
}
