import RealignText
import Testing

struct WholeTextPatternTests {
  private func matches(_ pattern: String, _ text: String) throws -> Bool {
    try WholeTextPattern(pattern, field: "pattern").matches(text)
  }

  /// As `re.fullmatch` of Python 3.11 decides.
  @Test func `only the whole text matches`() throws {
    let path = "model.layers.10.self_attn.q_proj"
    #expect(try matches(".*q_proj", path))
    #expect(try matches(#".*\.(?:q|v)_proj"#, path))
    #expect(try matches(#"model\.layers\.(1\d|2)\.(self_attn|mlp)\..*"#, path))
    #expect(try !matches("q_proj", path))
    #expect(try !matches("model|q_proj", path))
    #expect(try matches("model|.*q_proj", path))
    #expect(try !matches(#"model\.layers\.1\..*"#, path))
    #expect(try matches(#"^model\.(?!layers\.9).*$"#, path))
    #expect(try matches("", "") && !matches("", "a") && matches("a?", ""))
    #expect(try matches("äö+", "äöö"))
  }

  @Test func `named groups of Python are groups`() throws {
    #expect(try matches(#".*\.(?P<layer>[02])\.(?P<part>mlp|attn)"#, "h.2.mlp"))
    #expect(try !matches(#".*\.(?P<layer>[02])\.(?P<part>mlp|attn)"#, "h.1.mlp"))
  }

  @Test(arguments: ["(a", "a)", #"(a)\1"#, "(?P<name", "*"])
  func `what cannot be used is named`(pattern: String) {
    let error = #expect(throws: InputError.self) {
      try WholeTextPattern(pattern, file: "f.json", field: "target_modules")
    }
    #expect(error?.field == "target_modules" && error?.found == pattern)
    #expect(error?.file == "f.json" && error?.kind == .badConfiguration)
  }

  @Test func `module paths are no patterns`() {
    #expect(!WholeTextPattern.isPattern("model.layers.0.self_attn.q_proj"))
    for text in [".*", "a|b", "[ab]", "a+", #"\d"#, "(a)", "^a", "a$", "a{2}", "a?"] {
      #expect(WholeTextPattern.isPattern(text), "\(text)")
    }
  }

  @Test func `nested repetition takes linear time`() throws {
    #expect(try !matches("(?:a|aa)+b", String(repeating: "a", count: 20_000)))
  }
}
