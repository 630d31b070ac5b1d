import Testing

@testable import RealignText

/// Strings of all lengths and alignments, as the parser looks at eight bytes together.
struct JSONStringTests {
  /// Characters as they are spelled in JSON, and what they stand for.
  private static let spellings: [(spelled: String, text: String)] = [
    ("a", "a"), (" ", " "), ("\u{7F}", "\u{7F}"), ("é", "é"), ("東", "東"), ("😀", "😀"),
    (#"\n"#, "\n"), (#"\""#, "\""), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b"#, "\u{8}"),
    (#"\f"#, "\u{C}"), (#"\r"#, "\r"), (#"\t"#, "\t"), (#"\u0000"#, "\u{0}"),
    (#"\u007f"#, "\u{7F}"),
    (#"\u0080"#, "\u{80}"), (#"\u07FF"#, "\u{7FF}"), (#"\u0800"#, "\u{800}"),
    (#"\uffff"#, "\u{FFFF}"), (#"\ud800\udc00"#, "\u{10000}"), (#"\uDBFF\uDFFF"#, "\u{10FFFF}"),
  ]

  @Test func `every spelling is read wherever it stands`() throws {
    for (spelled, text) in Self.spellings {
      for before in 0..<18 {
        for after in 0..<10 {
          let head = String(repeating: "x", count: before)
          let tail = String(repeating: "ü", count: after % 3) + String(repeating: "y", count: after)
          let value = try JSONValue.parse("[\"\(head)\(spelled)\(tail)\"]")
          #expect(value == [.string(head + text + tail)])
        }
      }
    }
  }

  @Test func `what ends a string or must not be in it is found wherever it stands`() {
    for before in 0..<18 {
      // A backslash in front takes the way of strings with escapes.
      for head in ["", "\\n", "é"] {
        let start = Array("{\"k\":\"\(head)".utf8) + [UInt8](repeating: 0x78, count: before)
        let column = 6 + head.count + before + 1
        expectFailure(start + [0x1F, 0x22, 0x7D], "a control character inside a string", column)
        expectFailure(start + [0x78, 0xFF, 0x22, 0x7D], "invalid UTF-8", column + 1)
        expectFailure(start + [0xC3, 0x22, 0x7D], "invalid UTF-8", column)
        expectFailure(start, "a string is not closed", 6)
        expectFailure(start + Array("\\q\"}".utf8), "not an escape sequence", column)
        expectFailure(start + Array("\\ud800\"}".utf8), "half of a surrogate pair", column)
        // The first wrong stretch counts, and in one stretch the control character.
        let both = start + [0xFF, 0x78, 0x01, 0x22, 0x7D]
        expectFailure(both, "a control character inside a string", column + 2)
        expectFailure(start + [0xFF] + Array("\\q\"}".utf8), "invalid UTF-8", column)
      }
    }
  }

  private func expectFailure(_ bytes: [UInt8], _ message: String, _ column: Int) {
    let error = #expect(throws: InputError.self) { try JSONValue.parse(bytes, file: "f") }
    #expect(error?.message == message)
    #expect(error?.column == column, "\(message): \(String(decoding: bytes, as: UTF8.self))")
  }

  @Test func `keys that are removed leave the others`() {
    let many = JSONObject(pairs: (0..<20).map { ("k\($0)", JSONValue.integer($0)) })
    let rest = many.removing("k3", "k19", "absent")
    #expect(rest.keys == many.keys.filter { $0 != "k3" && $0 != "k19" })
    #expect(rest["k18"] == 18 && rest["k3"] == nil)
    #expect(JSONObject(pairs: [("a", 1)]).removing("a").isEmpty)
  }
}
