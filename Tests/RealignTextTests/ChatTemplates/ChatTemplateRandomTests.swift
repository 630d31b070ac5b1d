import RealignText
import Testing

/// Random templates and random damage to real ones never trap and never hang.
struct ChatTemplateRandomTests {
  /// A small generator with a fixed seed (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
  /// number generators").
  struct Stream: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let pieces = [
    "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", " ", "\n", "messages", "x", "loop", "ns",
    ".", ",", ":", "|", "(", ")", "[", "]", "{", "}", "=", "==", "+", "-", "*", "**", "//", "%",
    "~", "<", "'a'", "\"b", "1", "2.5", "9223372036854775807", "-1", "if", "else", "endif", "for",
    "in", "endfor", "set", "endset", "macro", "endmacro", "call", "endcall", "is", "not", "and",
    "or", "defined", "string", "range(9)", "namespace()", "tojson", "trim", "join", "map('upper')",
    "split(", "role", "content", "generation", "endgeneration", "filter", "endfilter", "raw",
    "endraw", "break", "recursive", "true", "none", "[::-1]", "slice(2)", "batch(3)", "sort",
    "dictsort", "items", "é", "\u{0}", "\\", "'\\x4", "with", "endwith", "loop.index", "caller()",
  ]

  private static let templates = [
    "{% for m in messages %}{{ m.role }}: {{ m.content | trim }}{% if not loop.last %}\n{% endif %}{% endfor %}",
    "{% set ns = namespace(a=1) %}{% for i in range(3) %}{% set ns.a = ns.a * 3 %}{% endfor %}{{ ns.a }}",
    "{% macro m(a, b=2) %}{{ a ~ b }}{% endmacro %}{{ m(1) }}{{ messages[::-1] | map(attribute='role') | join }}",
    "{{ messages | tojson(indent=2) }}{{ '%05d|%s' % (3, 'a') }}{{ 'a,b'.split(',')[-1].upper() }}",
  ]

  private func run(_ source: String) {
    let limits = ChatTemplateLimits(steps: 20_000, characters: 10_000)
    let conversation = ChatConversation(messages: [
      ["role": "user", "content": "hi <|end|>"], ["role": "assistant", "content": ["a", 1, nil]],
    ])
    do {
      let chat = try ChatTemplate(source).render(conversation, limits: limits)
      #expect(chat.text.unicodeScalars.count <= 10_000)
      #expect(chat.contentRanges.allSatisfy { $0.upperBound <= chat.text.utf8.count })
    } catch {
      #expect(error is InputError)
    }
  }

  @Test func `random pieces of syntax`() {
    var stream = Stream(state: 1)
    for _ in 0..<6000 {
      let count = Int.random(in: 1...24, using: &stream)
      let inside = (0..<count).map { _ in
        Self.pieces.randomElement(using: &stream) ?? ""
      }.joined(separator: Bool.random(using: &stream) ? " " : "")
      run(inside)
      run("{{ " + inside + " }}")
      run("{% " + inside + " %}")
    }
  }

  @Test func `random damage to templates`() {
    var stream = Stream(state: 2)
    for _ in 0..<6000 {
      var source = Self.templates.randomElement(using: &stream).map { Array($0) } ?? []
      for _ in 0..<Int.random(in: 1...4, using: &stream) {
        let place = Int.random(in: 0..<source.count, using: &stream)
        switch Int.random(in: 0..<3, using: &stream) {
        case 0: source.remove(at: place)
        case 1:
          source.insert(contentsOf: Self.pieces.randomElement(using: &stream) ?? "", at: place)
        default: source.swapAt(place, Int.random(in: 0..<source.count, using: &stream))
        }
      }
      run(String(source))
    }
  }
}
