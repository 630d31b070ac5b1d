import RealignTestSupport
import Testing

@testable import RealignText

/// Files that are malformed, hostile or of a kind that is not supported.
struct ComposedTokenizerLoadingTests {
  /// A good tokenizer of a few tokens, changed by the test.
  static func root() -> JSONObject {
    [
      "version": "1.0", "added_tokens": [], "normalizer": nil, "pre_tokenizer": nil,
      "post_processor": nil, "decoder": nil,
      "model": [
        "type": "BPE", "unk_token": "?", "vocab": ["a": 0, "b": 1, "ab": 2, "?": 3],
        "merges": [["a", "b"]],
      ],
    ]
  }

  static func load(_ root: JSONObject) throws -> ComposedTokenizer {
    try ComposedTokenizer(bytes: JSONValue.object(root).serializedBytes(), file: "t.json")
  }

  private func error(_ key: String, _ json: String) throws -> InputError {
    var root = Self.root()
    root[key] = try JSONValue.parse(json)
    let error = try #require(throws: InputError.self) { try Self.load(root) }
    #expect(error.kind == .badData)
    #expect(error.file == "t.json")
    #expect(error.description.count < 1500)
    return error
  }

  @Test func `the unchanged tokenizer works`() throws {
    let tokenizer = try Self.load(Self.root())
    #expect(tokenizer.encode("abxyab") == [2, 3, 3, 2])
    #expect(tokenizer.decode([2, 3, 0]) == "ab ? a")
    #expect(tokenizer.encodeWithOffsets("abxab").map(\.range) == [0..<2, 2..<3, 3..<5])
  }

  @Test(
    arguments: [
      ("normalizer", #"{"type":"Sparkle"}"#, "normalizer.type"),
      ("normalizer", #"{"type":3}"#, "normalizer"), ("normalizer", "[]", "normalizer"),
      ("normalizer", #"{"type":"Sequence"}"#, "normalizer.normalizers"),
      (
        "normalizer", #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"NFX"}]}"#,
        "normalizer.normalizers[1].type"
      ),
      ("normalizer", #"{"type":"Prepend"}"#, "normalizer.prepend"),
      ("normalizer", #"{"type":"Strip","strip_left":"yes"}"#, "normalizer.strip_left"),
      ("normalizer", #"{"type":"Replace","content":""}"#, "normalizer.pattern"),
      (
        "normalizer", #"{"type":"Replace","pattern":{"Regex":"(a)\\1"},"content":""}"#,
        "normalizer.pattern.Regex"
      ),
      (
        "normalizer", #"{"type":"Replace","pattern":{"String":""},"content":""}"#,
        "normalizer.pattern.String"
      ),
      (
        "normalizer", #"{"type":"Precompiled","precompiled_charsmap":"%%%"}"#,
        "normalizer.precompiled_charsmap"
      ),
      (
        "normalizer", #"{"type":"Precompiled","precompiled_charsmap":"/////w=="}"#,
        "normalizer.precompiled_charsmap"
      ),
      (
        "pre_tokenizer", #"{"type":"Split","pattern":{"String":"a"},"behavior":"Melted"}"#,
        "pre_tokenizer.behavior"
      ),
      (
        "pre_tokenizer", #"{"type":"Split","pattern":{"Regex":"(?<=ab)c"},"behavior":"Removed"}"#,
        "pre_tokenizer.pattern.Regex"
      ),
      ("pre_tokenizer", #"{"type":"Metaspace","replacement":"ab"}"#, "pre_tokenizer.replacement"),
      (
        "pre_tokenizer", #"{"type":"Metaspace","replacement":"_","prepend_scheme":"last"}"#,
        "pre_tokenizer.prepend_scheme"
      ),
      ("pre_tokenizer", #"{"type":"FixedLength","length":0}"#, "pre_tokenizer.length"),
      ("pre_tokenizer", #"{"type":"UnicodeScripts"}"#, "pre_tokenizer.type"),
      ("decoder", #"{"type":"Strip","content":" ","start":-1,"stop":0}"#, "decoder.start"),
      ("decoder", #"{"type":"Strip","content":" ","start":0}"#, "decoder.stop"),
      ("decoder", #"{"type":"Magic"}"#, "decoder.type"),
      ("post_processor", #"{"type":"BertProcessing","cls":["a",0]}"#, "post_processor.sep"),
      (
        "post_processor", #"{"type":"BertProcessing","cls":["a",0],"sep":["b",77]}"#,
        "post_processor"
      ),
      (
        "post_processor", #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}]}"#,
        "post_processor.single[0]"
      ),
      ("post_processor", #"{"type":"TemplateProcessing","single":[]}"#, "post_processor"),
      ("added_tokens", #"[{"id":0,"content":""}]"#, "added_tokens[0]"),
      ("added_tokens", #"[{"id":9,"content":"a"}]"#, "added_tokens"),
      ("added_tokens", #"[{"id":2000000000,"content":"x"}]"#, "added_tokens"),
      ("model", "null", "model"), ("model", "{}", "model.vocab"),
      ("model", #"{"type":"Bigram"}"#, "model.type"),
      ("model", #"{"type":"BPE","vocab":{"a":0},"merges":[["a","b"]]}"#, "model.merges[0]"),
      ("model", #"{"type":"BPE","vocab":{"a":0},"merges":[["a","a"]]}"#, "model.merges[0]"),
      (
        "model", #"{"type":"BPE","vocab":{"a":0},"unk_token":"u","merges":[]}"#,
        "model.unk_token"
      ),
      ("model", #"{"type":"BPE","vocab":{"a":4294967295},"merges":[]}"#, "model.vocab.a"),
      ("model", #"{"type":"BPE","vocab":{"a":2000000000},"merges":[]}"#, "model.vocab"),
      ("model", #"{"type":"BPE","vocab":{"a":-1},"merges":[]}"#, "model.vocab.a"),
      ("model", #"{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}"#, "model.vocab"),
      ("model", #"{"type":"WordLevel","vocab":{"a":0},"unk_token":"u"}"#, "model.unk_token"),
      ("model", #"{"type":"WordPiece","vocab":{"a":0}}"#, "model.unk_token"),
      (
        "model",
        #"{"type":"WordPiece","vocab":{"a":0},"unk_token":"a","max_input_chars_per_word":-1}"#,
        "model.max_input_chars_per_word"
      ),
      ("model", #"{"type":"Unigram","vocab":[]}"#, "model.vocab"),
      ("model", #"{"type":"Unigram","vocab":[["a","b"]],"unk_id":0}"#, "model.vocab[0]"),
      ("model", #"{"type":"Unigram","vocab":[["a",-1]],"unk_id":1}"#, "model.unk_id"),
      ("model", #"{"type":"Unigram","vocab":[["a",-1]]}"#, "model.unk_id"),
    ] as [(String, String, String)]
  )
  func `a part that cannot be used is refused by its field`(
    key: String,
    json: String,
    field: String
  ) throws {
    #expect(try error(key, json).field == field)
  }

  @Test func `a merge with a prefix longer than its right part is no trap`() throws {
    var root = Self.root()
    root["model"] = [
      "type": "BPE", "vocab": ["a": 0, "##b": 1], "continuing_subword_prefix": "######",
      "merges": [["a", "##b"]],
    ]
    #expect(try Self.load(root).encode("ab") == [0])
  }

  @Test func `tokens too long to look through are refused`() throws {
    let token = String(repeating: "a", count: 1025)
    for json in [
      #"{"type":"Unigram","vocab":[["\#(token)",-1]],"unk_id":0}"#,
      #"{"type":"WordPiece","vocab":{"\#(token)":0},"unk_token":"\#(token)"}"#,
    ] {
      let error = try error("model", json)
      #expect(error.field == "model.vocab")
    }
  }

  @Test func `every truncation of every golden tokenizer is refused without a trap`() throws {
    for kind in ComposedGoldens.kinds {
      let bytes = try InputFile.bytes(ComposedGoldens.folder() + "/" + kind + ".json")
      for count in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 20)) {
        #expect(throws: InputError.self) {
          try TokenizerLoader.load(bytes: Array(bytes[..<count]), file: "t")
        }
      }
    }
  }

  /// Every value of every part, one at a time, replaced by one of another kind.
  @Test func `no value of another kind is a trap`() throws {
    let strange: [JSONValue] = [nil, true, -1, 1e300, "", "\u{10FFFF}", [], [:], [[nil]], "Regex"]
    for kind in ComposedGoldens.kinds {
      let path = ComposedGoldens.folder() + "/" + kind + ".json"
      let value = try JSONValue.parse(InputFile.bytes(path))
      guard var root = value.objectValue else { continue }
      for key in ["normalizer", "pre_tokenizer", "post_processor", "decoder"] {
        let original = root[key]
        for changed in Self.changes(of: original ?? nil, to: strange) {
          root[key] = changed
          guard let tokenizer = try? Self.load(root) else { continue }
          _ = tokenizer.decode(tokenizer.encode("a b\u{e9} 1"))
          _ = tokenizer.encodeWithOffsets("\u{1F600} x")
        }
        root[key] = original
      }
    }
  }

  /// All values that differ from one in a single place.
  private static func changes(of value: JSONValue, to strange: [JSONValue]) -> [JSONValue] {
    var result = strange
    if let object = value.objectValue {
      for pair in object.pairs {
        for changed in changes(of: pair.value, to: strange) {
          var copy = object
          copy[pair.key] = changed
          result.append(.object(copy))
        }
      }
    }
    if let items = value.arrayValue {
      for index in items.indices {
        for changed in changes(of: items[index], to: strange) {
          var copy = items
          copy[index] = changed
          result.append(.array(copy))
        }
      }
    }
    return result
  }

  @Test func `long texts of one character are encoded by every kind`() throws {
    for kind in ComposedGoldens.kinds {
      let tokenizer = try ComposedGoldens.tokenizer(kind)
      for unit in ["a", " ", "^", "\u{301}", "字", "▁", "[1]", "x\u{301}"] {
        let text = String(repeating: unit, count: 4_000)
        let ids = tokenizer.encode(text, addSpecialTokens: false)
        #expect(ids == tokenizer.encodeWithOffsets(text).map(\.id))
        _ = tokenizer.decode(ids)
      }
    }
  }

  @Test func `a directory without a tokenizer is a missing input`() throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: InputError.self) {
      try TokenizerLoader.load(directory: folder.path)
    }
    #expect(error.kind == .missingInput)
  }
}
