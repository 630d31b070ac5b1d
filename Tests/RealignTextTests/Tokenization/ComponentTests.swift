import Foundation
import Testing

@testable import RealignText

/// Parts that no golden tokenizer is made of, or a setting that none of them has.
struct ComponentTests {
  private let file = TokenizerFile(file: "t.json")

  private func normalized(_ json: String, _ text: String) throws -> String {
    let steps = try Normalizers.read(JSONValue.parse(json), file: file)
    let result = steps.reduce(AlignedText(Array(text.utf8))) { $1.apply($0) }
    return String(decoding: result.bytes, as: UTF8.self)
  }

  private func pieces(_ json: String, _ text: String) throws -> [String] {
    let steps = try PreTokenizers.read(JSONValue.parse(json), file: file)
    let aligned = AlignedText(Array(text.utf8))
    var list = PieceList(aligned, pieces: [aligned.range])
    for step in steps { step.apply(&list) }
    return list.pieces.map { String(decoding: list.text.bytes[$0], as: UTF8.self) }
  }

  private func decoded(_ json: String, _ tokens: [String]) throws -> String {
    let steps = try #require(try TokenDecoders.read(JSONValue.parse(json), file: file))
    return steps.reduce(tokens) { $1.decode($0) }.joined()
  }

  @Test func `bytes are spelled as GPT-2 spells them`() throws {
    #expect(try normalized(#"{"type":"ByteLevel"}"#, "é ") == "Ã©Ġ")
  }

  @Test func `white space is stripped at the ends asked for`() throws {
    #expect(try normalized(#"{"type":"Strip"}"#, "\u{3000} a b\n") == "a b")
    #expect(try normalized(#"{"type":"Strip","strip_left":false}"#, " a ") == " a")
    #expect(try normalized(#"{"type":"Strip"}"#, " \n ").isEmpty)
  }

  @Test func `BERT's steps can be had one by one`() throws {
    let none = #""clean_text":false,"handle_chinese_chars":false,"strip_accents":false"#
    #expect(try normalized(#"{"type":"BertNormalizer",\#(none)}"#, "É\u{0}字") == "é\u{0}字")
    let clean = #"{"type":"BertNormalizer","lowercase":false}"#
    #expect(try normalized(clean, "É\u{0}\t字\u{FFFD}") == "É  字 ")
  }

  @Test func `an empty character map changes nothing`() throws {
    #expect(try normalized(#"{"type":"Precompiled","precompiled_charsmap":null}"#, "ﬁ") == "ﬁ")
  }

  @Test func `pieces have a fixed number of characters, the last perhaps fewer`() throws {
    #expect(try pieces(#"{"type":"FixedLength","length":2}"#, "añbçd") == ["añ", "bç", "d"])
  }

  @Test func `older files say add_prefix_space for a scheme`() throws {
    let old = #"{"type":"Metaspace","replacement":"_","add_prefix_space":false}"#
    #expect(try pieces(old, "a b") == ["a", "_b"])
    #expect(try pieces(#"{"type":"Metaspace","replacement":"_"}"#, "a b") == ["_a", "_b"])
    let whole = #"{"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":false}"#
    #expect(try pieces(whole, "a b") == ["_a_b"])
  }

  @Test func `the first scheme looks at the start of the original text`() throws {
    let json = #"""
      {"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
       {"type":"Metaspace","replacement":"_","prepend_scheme":"first"}]}
      """#
    #expect(try pieces(json, "a b") == ["_a", "b"])
    #expect(try pieces(json, " a b") == ["a", "b"])
  }

  @Test func `punctuation is treated as asked for`() throws {
    #expect(try pieces(#"{"type":"Punctuation"}"#, "a!!b") == ["a", "!", "!", "b"])
    #expect(
      try pieces(#"{"type":"Punctuation","behavior":"merged_with_previous"}"#, "a!!b")
        == ["a!", "!", "b"]
    )
  }

  @Test func `repeated tokens become one, padding and delimiters go`() throws {
    let json = #"{"type":"CTC","pad_token":"<pad>","word_delimiter_token":"|","cleanup":true}"#
    let tokens = ["<pad>", "h", "h", "e", "<pad>", "l", "<pad>", "l", "|", "|", "o"]
    #expect(try decoded(json, tokens) == "hell o")
  }

  @Test func `characters are stripped from the ends of every token`() throws {
    let json = #"{"type":"Strip","content":"_","start":1,"stop":2}"#
    #expect(try decoded(json, ["__a___", "_", "___"]) == "_a_")
  }

  @Test func `runs of bytes that are not text become one replacement for each`() throws {
    let json = #"{"type":"ByteFallback"}"#
    #expect(try decoded(json, ["<0xC3>", "<0xA9>", "x", "<0xC3>", "<0xZZ>"]) == "éx\u{FFFD}<0xZZ>")
    #expect(try decoded(json, ["<0xE4>", "<0xBD>"]) == "\u{FFFD}\u{FFFD}")
  }

  @Test func `a character map of any bytes is read or refused without a trap`() throws {
    var seed: UInt64 = 7
    for length in 0..<200 {
      var bytes: [UInt8] = [UInt8(length & 0xFC), 0, 0, 0]
      for _ in 0..<2 * length {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1
        bytes.append(UInt8(truncatingIfNeeded: seed >> 33) & 0x7F)
      }
      let text = Data(bytes).base64EncodedString()
      let json = #"{"type":"Precompiled","precompiled_charsmap":"\#(text)"}"#
      _ = try? normalized(json, "ab é ﬁ \u{1F600}")
    }
  }
}
