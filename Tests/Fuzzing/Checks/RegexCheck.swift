@testable import RealignText

extension FuzzCheck {
  /// A pattern, the first line of the input, finds ranges of the rest in order, the same again.
  static let regex = FuzzCheck(name: "regex") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.utf8.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let pattern = String(decoding: Array(parts[0]), as: UTF8.self)
    let subject = parts.count > 1 ? Array(parts[1]) : []
    let expression: LinearRegex
    do throws(RegexProblem) {
      expression = try LinearRegex(pattern)
    } catch {
      try require(!error.message.isEmpty, "an empty message")
      try require((0...pattern.unicodeScalars.count).contains(error.position), "\(error.position)")
      return
    }
    let found = expression.matches(in: subject, 0..<subject.count)
    try requireOrder(found, within: subject.count)
    for (match, after) in zip(found, found.dropFirst()) {
      try require(match.upperBound <= after.lowerBound, "\(match) overlaps \(after)")
    }
    try require(expression.matches(in: subject, 0..<subject.count) == found, "other matches")
    try require(expression.canBeEmpty || !found.contains(where: \.isEmpty), "an empty match")
  }
}
