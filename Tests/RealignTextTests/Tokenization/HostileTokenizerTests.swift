import Foundation
import Testing

@testable import RealignText

/// Tokenizers made to be slow, large or forged.
struct HostileTokenizerTests {
  private func error(_ key: String, _ value: JSONValue) throws -> InputError {
    var root = ComposedTokenizerLoadingTests.root()
    root[key] = value
    let bytes = JSONValue.object(root).serializedBytes()
    let error = try #require(throws: InputError.self) {
      try TokenizerLoader.load(bytes: bytes, file: "t.json")
    }
    #expect(error.kind == .badData)
    #expect(error.file == "t.json")
    #expect(error.description.count < 1500)
    return error
  }

  private func steps(_ list: String, _ step: JSONValue, _ count: Int) -> JSONValue {
    .object(["type": "Sequence", list: .array([JSONValue](repeating: step, count: count))])
  }

  private static let doubling: JSONValue = [
    "type": "Replace", "pattern": ["String": "a"], "content": "aa",
  ]
  private static let filling: JSONValue = [
    "type": "Replace", "pattern": ["Regex": "x*"], "content": "aa",
  ]

  @Test func `normalizers that double a text again and again are refused`() throws {
    for step in [
      Self.doubling, Self.filling, ["type": "NFKC"], ["type": "Prepend", "prepend": "a"],
    ] {
      let error = try error("normalizer", steps("normalizers", step, 40))
      #expect(error.field == "normalizer")
      #expect(error.message == "the steps can make a text too long")
    }
    var root = ComposedTokenizerLoadingTests.root()
    root["normalizer"] = steps("normalizers", Self.doubling, 12)
    let tokenizer = try ComposedTokenizerLoadingTests.load(root)
    #expect(tokenizer.encode("a").count == 4096)
  }

  @Test func `decoders and pre-tokenizers are bounded as well`() throws {
    #expect(try error("decoder", steps("decoders", Self.doubling, 40)).field == "decoder")
    let bytes: JSONValue = ["type": "ByteLevel", "add_prefix_space": false]
    #expect(try error("pre_tokenizer", steps("pretokenizers", bytes, 40)).field == "normalizer")
  }

  @Test func `sequences of very many parts are refused`() throws {
    let nfc = steps("normalizers", ["type": "NFC"], 300)
    #expect(try error("normalizer", nfc).message == "a sequence of too many parts")
    let digits = steps("pretokenizers", ["type": "Digits"], 20)
    let nested = steps("pretokenizers", digits, 20)
    #expect(try error("pre_tokenizer", nested).message == "a sequence of too many parts")
  }

  @Test func `a character map with an endless text is refused`() throws {
    var bytes: [UInt8] = [4, 0, 0, 0, 0, 0, 0, 0]
    bytes += [UInt8](repeating: UInt8(ascii: "a"), count: 5000)
    let map = Data(bytes).base64EncodedString()
    let error = try error(
      "normalizer",
      ["type": "Precompiled", "precompiled_charsmap": .string(map)]
    )
    #expect(error.message == "the steps can make a text too long")
  }

  @Test func `a short template of very many tokens is refused`() throws {
    let ids = JSONValue.array([JSONValue](repeating: 0, count: 3000))
    let item: JSONValue = ["SpecialToken": ["id": "a", "type_id": 0]]
    let text: JSONValue = ["Sequence": ["id": "A", "type_id": 0]]
    let error = try error(
      "post_processor",
      [
        "type": "TemplateProcessing", "single": [item, text, item],
        "special_tokens": ["a": ["id": "a", "ids": ids, "tokens": ["a"]]],
      ]
    )
    #expect(error.message == "a template with too many tokens")
  }

  @Test func `affixes are of bounded length`() throws {
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      var model = ComposedTokenizerLoadingTests.root()["model"]?.objectValue ?? JSONObject()
      model[key] = .string(String(repeating: "#", count: 1025))
      #expect(try error("model", .object(model)).field == "model." + key)
    }
  }

  @Test(arguments: [
    (#"{"type":"BPE","vocab":{"a":2147483648},"merges":[]}"#, "model.vocab.a"),
    (#"{"type":"BPE","vocab":{"a":-1},"merges":[]}"#, "model.vocab.a"),
    (#"{"type":"BPE","vocab":{"a":1.5},"merges":[]}"#, "model.vocab.a"),
    (#"{"type":"BPE","vocab":{"a":2147483646},"merges":[]}"#, "model.vocab"),
    (#"{"type":"WordLevel","vocab":{"a":0,"b":0},"unk_token":"a"}"#, "model.vocab"),
    (#"{"type":"BPE","vocab":{"a":0},"merges":[["a","b"]]}"#, "model.merges[0]"),
    (#"{"type":"BPE","vocab":{"a":0},"merges":["a b c"]}"#, "model.merges[0]"),
    (#"{"type":"Unigram","vocab":[["a",null]],"unk_id":0}"#, "model.vocab[0]"),
    (#"{"type":"Unigram","vocab":[["a",-1]],"unk_id":-1}"#, "model.unk_id"),
    (#"{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"b"}"#, "model.unk_token"),
  ])
  func `a model that contradicts itself is refused by its field`(
    json: String,
    field: String
  ) throws {
    #expect(try error("model", JSONValue.parse(json)).field == field)
  }

  @Test(arguments: [
    #"[{"id":0,"content":""}]"#, #"[{"id":-1,"content":"x"}]"#, #"[{"id":1e9,"content":"x"}]"#,
    #"[{"id":7,"content":"x"},{"id":7,"content":"y"}]"#, #"[{"id":0,"content":"b"}]"#,
    #"[{"id":7,"content":"b"}]"#, #"[{"content":"x"}]"#,
  ])
  func `an added token that contradicts the vocabulary is refused`(json: String) throws {
    let error = try error("added_tokens", JSONValue.parse(json))
    #expect(error.field?.hasPrefix("added_tokens") == true)
  }

  @Test func `scores at the ends of their range still give a path`() throws {
    let model = #"{"type":"Unigram","vocab":[["a",1e308],["aa",-1e308],["?",-1e308]],"unk_id":2}"#
    var root = ComposedTokenizerLoadingTests.root()
    root["model"] = try JSONValue.parse(model)
    let tokenizer = try ComposedTokenizerLoadingTests.load(root)
    let ranges = tokenizer.encodeWithOffsets("aaxaaaaxx").map(\.range)
    #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == 9)
  }

  @Test func `byte fallback without tokens for bytes is the unknown token`() throws {
    var root = ComposedTokenizerLoadingTests.root()
    var model = root["model"]?.objectValue ?? JSONObject()
    model["byte_fallback"] = true
    root["model"] = .object(model)
    #expect(try ComposedTokenizerLoadingTests.load(root).encode("aéb") == [0, 3, 1])
  }

  @Test func `chosen pairs of ids are not stored in one place`() {
    // All equal in the low 12 bits of the top half of their product with the golden ratio.
    var keys: [UInt64] = []
    var left: UInt64 = 1
    while keys.count < 2000 {
      left += 1
      let key = left << 32 | 7
      if (key &* 0x9E37_79B9_7F4A_7C15) >> 32 & 0xFFF == 0 { keys.append(key) }
    }
    var table = PairTable(minimumCapacity: 2000)
    for (index, key) in keys.enumerated() { table.set(key, UInt64(index)) }
    #expect(keys.indices.allSatisfy { table[keys[$0]] == UInt64($0) })
    #expect(table.longestSearch < 100)
  }

  @Test func `very many special tokens that begin alike are no slower than few`() throws {
    let base = try Goldens.tokenizer("gpt2")
    let tokens = (0..<20_000).map { number in
      AddedToken(
        id: Int32(base.vocabularySize + number),
        content: String(repeating: "<", count: 60) + "\(number)>",
        isSpecial: true
      )
    }
    let text = String(repeating: "<", count: 20_000) + "0>"
    let bytes = Array(text.utf8)
    let masked = ForgeryGuard(tokens).masked(bytes, content: [0..<bytes.count])
    #expect(masked?.count { $0 == 0xFF } == 1)
  }

  @Test func `white space that a forged token swallows is no deep recursion`() throws {
    var root = ComposedTokenizerLoadingTests.root()
    root["added_tokens"] = [
      ["id": 4, "content": "<m>", "special": true, "lstrip": true, "rstrip": true],
      ["id": 5, "content": "\n\n", "special": true, "lstrip": true],
    ]
    let tokenizer = try ComposedTokenizerLoadingTests.load(root)
    for space in [" ", "\n", "\t"] {
      let text = String(repeating: space, count: 50_000) + "<m>"
      let ids = tokenizer.encode(text, content: [0..<text.utf8.count])
      #expect(!ids.contains(4) && !ids.contains(5))
    }
  }

  @Test func `a normalizer that makes everything a special token is no deep recursion`() throws {
    var root = ComposedTokenizerLoadingTests.root()
    root["normalizer"] = ["type": "Replace", "pattern": ["Regex": "(?:.|\n)+"], "content": "<s>"]
    root["added_tokens"] = [["id": 4, "content": "<s>", "special": true, "normalized": true]]
    let tokenizer = try ComposedTokenizerLoadingTests.load(root)
    let text = String(repeating: "a", count: 3000)
    // Single characters cannot be cut and stay.
    #expect(tokenizer.encode(text, content: [0..<3000]).count == 3000)
  }
}
