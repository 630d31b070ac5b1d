import Testing

@testable import RealignText

struct RegexParserTests {
  @Test(
    arguments: [
      (#"(a)\1"#, "reference"), ("(?<name>a)", "group"), ("(?=a)*", "empty"), ("(a?b?)*", "empty"),
      ("(?:ab)++", "possessive"), ("(?>ab|c)", "atomic"), ("(?<=ab)c", "lookbehind"),
      (#"\X"#, "escape"), (#"\R"#, "escape"), (#"\G"#, "escape"), (#"\K"#, "escape"),
      (#"\p{Emoji}"#, "property"), (#"\p{L"#, "property"), ("[a", "without end"),
      ("[", "without end"), ("(a", "without end"), ("a)", "closing"), ("*a", "repetition"),
      ("a|+", "repetition"), ("[b-a]", "range"), (#"[a-\d]"#, "range"), ("\\", "backslash"),
      ("a{2,1}", "repetition"), ("a{5000}", "count"), (#"\x{110000}"#, "character code"),
      (#"\uD800"#, "character code"), ("[[:foo:]]", "[:foo:]"), ("(?x:a)", "group"),
    ]
  )
  func `what cannot be used is refused by name`(pattern: String, word: String) throws {
    let problem = try #require(throws: RegexProblem.self) { try LinearRegex(pattern) }
    #expect(problem.message.contains(word), "\(problem.message)")
  }

  @Test func `hostile patterns are refused by size`() throws {
    let patterns = [
      String(repeating: "(", count: 10_000), String(repeating: "[", count: 10_000),
      String(repeating: "a", count: 20_000), "((a{900}){900}){900}",
      String(repeating: "(?:", count: 60) + "a" + String(repeating: "){9}", count: 60),
    ]
    for pattern in patterns {
      #expect(throws: RegexProblem.self) { try LinearRegex(pattern) }
    }
    let letters = (0..<100).compactMap { Unicode.Scalar(0x4E00 + $0).map(String.init) }.joined()
    #expect(throws: RegexProblem.self) { try LinearRegex(letters) }
  }

  @Test func `every prefix of a long pattern is parsed or refused without a trap`() {
    let pattern =
      #"(?i:'s|'t)|[^\r\n\p{L}&&[^\x{41}-Z]]?+[[:alpha:]]{1,3}+|(?<!a)\b(?=b|c$)\u00e9*?"#
    let scalars = Array(pattern.unicodeScalars)
    for count in 0...scalars.count {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[..<count])
      _ = try? LinearRegex(String(text))
    }
    #expect(throws: Never.self) { try LinearRegex(pattern) }
  }
}
