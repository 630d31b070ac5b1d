import Testing

@testable import RealignText

/// Patterns made to take for ever.
struct HostileRegexTests {
  private func count(_ pattern: String, _ text: String) throws -> Int {
    let bytes = Array(text.utf8)
    return try LinearRegex(pattern).matches(in: bytes, 0..<bytes.count).count
  }

  @Test(arguments: ["(a+)+b", "(a|aa)+$", "(?:a|a|a|ab)*c", "(a?){50}a{50}", "a*a*a*a*a*a*a*b"])
  func `what makes a backtracking engine exponential is linear`(pattern: String) {
    // Those that are not supported are refused, the others end.
    let found = try? count(pattern, String(repeating: "a", count: 3000))
    #expect(found.map { $0 <= 3001 } ?? true)
  }

  @Test func `nothing, repeated very often, is nothing`() throws {
    for nothing in ["", "a{0}", "(?:){0}"] {
      let pattern =
        String(repeating: "(?:", count: 30) + nothing
        + String(repeating: "){1000}", count: 30)
      #expect(try count(pattern + "b", "abab") == 2)
    }
  }

  @Test func `chains of repetitions are bounded`() {
    for repetition in ["{1}", "?", "{0,1}", "{1,1}"] {
      let pattern = "a" + String(repeating: repetition, count: 4000)
      #expect(throws: RegexProblem.self) { try LinearRegex(pattern) }
    }
  }

  @Test func `sets in sets are asked once whatever the case`() throws {
    let depth = 60
    let nested = String(repeating: "[", count: depth) + "k" + String(repeating: "]", count: depth)
    #expect(try count("(?i)" + nested, "kK\u{212A}xX") == 3)
    let negated = String(repeating: "[^", count: depth) + "k" + String(repeating: "]", count: depth)
    #expect(try count("(?i)" + negated, "kK\u{212A}xX") == 3)
  }

  @Test func `sets of very many characters are searched, not walked through`() throws {
    let letters = (0..<10_000).map { UInt32(0x4E00) + 2 * UInt32($0) }
    let members = letters.compactMap(Unicode.Scalar.init).map { String($0) }.joined()
    let text = (UInt32(0x4E00)..<0x9C20).compactMap(Unicode.Scalar.init).map { String($0) }.joined()
    #expect(try count("(?i)[" + members + "]", text) == 10_000)
    for part in ["[a]", #"\S"#, "[^a]", "a&&"] {
      let set = "[" + String(repeating: part, count: 3000) + "b]"
      #expect(throws: RegexProblem.self) { try LinearRegex("(?i)" + set) }
    }
  }

  @Test func `what a case does not change in sets is as it was`() throws {
    #expect(try count("(?i)[a-z&&[^k]]", "aAkK\u{212A}é") == 2)
    #expect(try count("(?i)[^s]", "sS\u{17F}t") == 1)
    #expect(try count("(?i)[[:upper:]]", "aA1") == 2)
  }
}
