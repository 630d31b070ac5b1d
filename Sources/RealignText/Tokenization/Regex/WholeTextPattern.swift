/// A regular expression that a text must match from beginning to end, in linear time.
///
/// The syntax is what Python's `re` and Oniguruma share; groups may carry names, and nothing that
/// needs backtracking (such as back references) is accepted.
public struct WholeTextPattern: Sendable {
  /// The pattern as written.
  public let pattern: String
  private let regex: LinearRegex

  /// The expression of a pattern.
  ///
  /// - Parameters:
  ///   - pattern: A regular expression.
  ///   - file: File that holds it, for messages.
  ///   - field: Field that holds it, for messages.
  /// - Throws: `InputError` of kind `badConfiguration` naming what cannot be used.
  public init(_ pattern: String, file: String? = nil, field: String) throws {
    self.pattern = pattern
    do {
      // Anchors outside a group of their own, since the pattern may hold alternatives.
      regex = try LinearRegex("\\A(?:" + Self.withoutNames(pattern) + ")\\z")
    } catch {
      throw InputError(
        .badConfiguration,
        "the regular expression cannot be used: \(error.message)",
        file: file,
        field: field,
        found: pattern,
        expected: error.expected
      )
    }
  }

  /// Whether the whole text matches.
  public func matches(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return regex.matches(in: bytes, 0..<bytes.count).first == 0..<bytes.count
  }

  /// Whether a text would mean anything else as a regular expression than it spells.
  ///
  /// The full stop does not count: module paths are full of it.
  public static func isPattern(_ text: String) -> Bool {
    text.contains { "*+?()[]{}|^$\\".contains($0) }
  }

  /// The pattern with Python's named groups turned into plain ones; names change no match.
  private static func withoutNames(_ pattern: String) -> String {
    let parts = pattern.split(separator: "(?P<", omittingEmptySubsequences: false)
    var result = String(parts.first ?? "")
    for part in parts.dropFirst() {
      guard let end = part.firstIndex(of: ">") else { return pattern }
      result += "(?:" + part[part.index(after: end)...]
    }
    return result
  }
}
