import Testing

@testable import RealignText

struct LinearRegexTests {
  private func pieces(_ pattern: String, _ text: String) throws -> [String] {
    let bytes = Array(text.utf8)
    return try LinearRegex(pattern).matches(in: bytes, 0..<bytes.count).map {
      String(decoding: bytes[$0], as: UTF8.self)
    }
  }

  /// 100 patterns in many texts, by `Goldens/make_regex_goldens.py`.
  @Test func `matches equal those of Oniguruma`() throws {
    let (cases, different) = try RegexGoldens.compare(Goldens.path("regexes.jsonl"))
    #expect(cases > 700)
    #expect(different.isEmpty, "\(different.prefix(4))")
  }

  @Test func `the first alternative that leads to a match is taken, not the longest`() throws {
    #expect(try pieces("a|ab", "ab") == ["a"])
    #expect(try pieces("(?:a|ab)c", "abc") == ["abc"])
    #expect(try pieces("a*?b", "aab") == ["aab"])
    #expect(try pieces("a+?", "aaa") == ["a", "a", "a"])
  }

  @Test func `a possessive repetition gives nothing back`() throws {
    #expect(try pieces("a++a", "aaa").isEmpty)
    #expect(try pieces("a?+a", "a").isEmpty)
    #expect(try pieces("a?+b", "abb") == ["ab", "b"])
    #expect(try pieces("(?>a*)b", "aab") == ["aab"])
  }

  @Test func `an empty match right after a match is passed over`() throws {
    #expect(try pieces("x*", "axxb") == ["", "xx", ""])
  }

  @Test func `only the part is seen, as if it were all of the text`() throws {
    let bytes = Array("xaay".utf8)
    #expect(try LinearRegex("^a+$").matches(in: bytes, 1..<3) == [1..<3])
    #expect(try LinearRegex("(?<=x)a").matches(in: bytes, 1..<3).isEmpty)
  }

  /// A backtracking engine takes longer than the age of the universe for the first, and quadratic
  /// time for the others.
  @Test(
    arguments: [
      ("(?:a|aa)+b", "a"), ("a*b|a", "a"), ("(?:a+b?)+c", "a"), ("\\s*\\n|\\s", " "),
      ("(?:x?){50}y", "x"), (".*=", "a"),
    ]
  )
  func `no pattern is slow`(pattern: String, unit: String) throws {
    let bytes = Array(String(repeating: unit, count: 200_000).utf8)
    let found = try LinearRegex(pattern).matches(in: bytes, 0..<bytes.count)
    #expect(found.count == 0 || found.count == 200_000)
  }

  @Test func `very many states are worked through`() throws {
    // Which of the next 14 scalars are an `a` matters everywhere: up to 2^14 states.
    let pattern = "c[ab]{13}a"
    var text = ""
    var value: UInt32 = 1
    for _ in 0..<60_000 {
      value = value &* 1_664_525 &+ 1_013_904_223
      text += value >> 31 == 0 ? "a" : "b"
    }
    let match = "c" + String(repeating: "b", count: 13) + "a"
    #expect(try pieces(pattern, text + match + text) == [match])
  }
}
