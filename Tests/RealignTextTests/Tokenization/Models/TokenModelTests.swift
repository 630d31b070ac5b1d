import Testing

@testable import RealignText

/// Small models whose tokens can be worked out by hand.
struct TokenModelTests {
  private func tokens(_ json: String, _ text: String) throws -> [PlacedToken] {
    let model = try TokenModels.read(JSONValue.parse(json), file: TokenizerFile(file: "t.json"))
    let bytes = Array(text.utf8)
    var result: [PlacedToken] = []
    model.encode(bytes, 0..<bytes.count, to: &result)
    return result
  }

  private func ids(_ json: String, _ text: String) throws -> [Int32] {
    try tokens(json, text).map(\.id)
  }

  @Test func `WordPiece takes the longest token at the front, or the word is unknown`() throws {
    let json = #"""
      {"type":"WordPiece","unk_token":"?","max_input_chars_per_word":6,
       "vocab":{"?":0,"un":1,"##aff":2,"##able":3,"##affa":4,"u":5,"##ble":6}}
      """#
    #expect(try ids(json, "unaff") == [1, 2])
    #expect(try ids(json, "unaffa") == [1, 4])
    #expect(try tokens(json, "unable").map(\.range) == [0..<2, 2..<6])
    // `##affa` is taken, and nothing continues with `b`: there is no going back to `##aff`.
    #expect(try ids(json, "unaffb") == [0])
    #expect(try ids(json, "unaffaaa") == [0])
    #expect(try tokens(json, "unx") == [PlacedToken(id: 0, range: 0..<3)])
  }

  @Test func `WordLevel knows a word or does not`() throws {
    let json = #"{"type":"WordLevel","unk_token":"?","vocab":{"?":7,"ab":1}}"#
    #expect(try ids(json, "ab") == [1])
    #expect(try ids(json, "abc") == [7])
  }

  /// The scores of all cuts of `abcd`: ab+cd = 3, abc+d = 5, abcd = 10 and so on.
  @Test func `Unigram cuts where the sum of scores is greatest`() throws {
    let json = #"""
      {"type":"Unigram","unk_id":0,"vocab":[["?",0],["a",0],["b",0],["c",0],["d",0],["cd",1],
       ["ab",2],["abc",5],["abcd",10]]}
      """#
    #expect(try ids(json, "abcd") == [8])
    #expect(try ids(json, "abcc") == [7, 3])
    #expect(try ids(json, "abcdacdxx") == [8, 1, 5, 0])
    #expect(try tokens(json, "xéa").map(\.range) == [0..<3, 3..<4])
  }

  @Test func `Unigram spells an unknown run in bytes where it has them all`() throws {
    let bytes = (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return #"["<0x\#(byte < 16 ? "0" : "")\#(digits)>",-9]"#
    }
    let json =
      #"{"type":"Unigram","unk_id":0,"byte_fallback":true,"vocab":[["?",0],["a",-1],"#
      + bytes.joined(separator: ",") + "]}"
    #expect(try ids(json, "aé") == [1, 2 + 0xC3, 2 + 0xA9])
    #expect(try tokens(json, "aé").map(\.range) == [0..<1, 1..<2, 2..<3])
  }

  @Test func `byte pairs are merged by rank, with prefix and suffix`() throws {
    let json = #"""
      {"type":"BPE","continuing_subword_prefix":"##","end_of_word_suffix":"</w>",
       "vocab":{"a":0,"##a":1,"##b</w>":2,"##ab</w>":3,"a</w>":4,"aab</w>":5},
       "merges":[["##a","##b</w>"],["a","##ab</w>"]]}
      """#
    #expect(try ids(json, "aab") == [5])
    #expect(try ids(json, "aaab") == [0, 1, 3])
    #expect(try tokens(json, "aaab").map(\.range) == [0..<1, 1..<2, 2..<4])
    #expect(try ids(json, "a") == [4])
  }

  @Test func `unknown characters are fused or not, or left out`() throws {
    let vocabulary = #""vocab":{"?":0,"a":1},"merges":[]}"#
    let fused = #"{"type":"BPE","unk_token":"?","fuse_unk":true,"# + vocabulary
    let single = #"{"type":"BPE","unk_token":"?","# + vocabulary
    let none = #"{"type":"BPE","# + vocabulary
    #expect(try ids(fused, "xéay") == [0, 1, 0])
    #expect(try tokens(fused, "xéay").map(\.range) == [0..<3, 3..<4, 4..<5])
    #expect(try ids(single, "xéay") == [0, 0, 1, 0])
    #expect(try ids(none, "xéay") == [1])
  }

  @Test func `a whole word of the vocabulary is taken where merges are ignored`() throws {
    let json = #"""
      {"type":"BPE","ignore_merges":true,"vocab":{"a":0,"b":1,"ab":2,"aba":3},
       "merges":[["a","b"]]}
      """#
    #expect(try ids(json, "aba") == [3])
    #expect(try ids(json, "abab") == [2, 2])
  }

  @Test func `older files do not name the kind of their model`() throws {
    let file = TokenizerFile(file: "t.json")
    let unigram = try JSONValue.parse(#"{"unk_id":0,"vocab":[["?",0]]}"#)
    #expect(try TokenModels.read(unigram, file: file) is UnigramModel)
    let words = try JSONValue.parse(#"{"unk_token":"?","vocab":{"?":0}}"#)
    #expect(try TokenModels.read(words, file: file) is WordLevelModel)
    let merges = try JSONValue.parse(#"{"vocab":{"?":0},"merges":[]}"#)
    #expect(try TokenModels.read(merges, file: file) is MergeModel)
  }
}
