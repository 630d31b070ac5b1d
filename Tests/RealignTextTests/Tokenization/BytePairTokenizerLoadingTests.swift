import RealignText
import Testing

/// Files that are malformed, hostile or of a kind that is not supported.
struct BytePairTokenizerLoadingTests {
  /// A good tokenizer of a few tokens, changed by the test.
  private func root() -> JSONObject {
    [
      "version": "1.0", "added_tokens": [], "normalizer": nil,
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
      "post_processor": nil, "decoder": ["type": "ByteLevel"],
      "model": [
        "type": "BPE", "unk_token": nil, "vocab": ["a": 0, "b": 1, "ab": 2, "c": 3],
        "merges": [["a", "b"]],
      ],
    ]
  }

  private func load(_ root: JSONObject) throws -> BytePairTokenizer {
    try BytePairTokenizer(bytes: JSONValue.object(root).serializedBytes(), file: "t.json")
  }

  private func error(_ change: (inout JSONObject) -> Void) throws -> InputError {
    var root = root()
    change(&root)
    let error = try #require(throws: InputError.self) { try load(root) }
    #expect(error.kind == .badData)
    #expect(error.file == "t.json")
    return error
  }

  private func changed(model key: String, _ value: JSONValue?) -> (inout JSONObject) -> Void {
    return { root in
      var model = root["model"]?.objectValue ?? [:]
      model[key] = value
      root["model"] = .object(model)
    }
  }

  @Test func `the unchanged tokenizer works and leaves unknown bytes out`() throws {
    let tokenizer = try load(root())
    #expect(tokenizer.encode("abcxab") == [2, 3, 2])
    let places = tokenizer.encodeWithOffsets("abcxab").map(\.range)
    #expect(places == [0..<2, 2..<3, 3..<6])
  }

  @Test(
    arguments: [
      ("type", #""Unigram""#, "model.type"), ("type", #""WordPiece""#, "model.type"),
      ("dropout", "0.1", "model.dropout"),
      ("continuing_subword_prefix", "\"##\"", "model.continuing_subword_prefix"),
      ("end_of_word_suffix", #""</w>""#, "model.end_of_word_suffix"),
      ("unk_token", #""a""#, "model.unk_token"), ("byte_fallback", "true", "model.unk_token"),
      ("byte_fallback", "3", "model.byte_fallback"), ("vocab", "null", "model.vocab"),
      ("vocab", "[]", "model.vocab"), ("vocab", #"{"a":-1}"#, "model.vocab.a"),
      ("vocab", #"{"a":1.5}"#, "model.vocab.a"), ("vocab", #"{"a":4294967295}"#, "model.vocab.a"),
      ("vocab", #"{"a":2000000000}"#, "model.vocab"), ("vocab", #"{"a":0,"b":0}"#, "model.vocab"),
      ("vocab", #"{"a":"0"}"#, "model.vocab.a"), ("merges", "null", "model.merges"),
      ("merges", #"["a b","abab ab"]"#, "model.merges[1]"),
      ("merges", #"[["a","c"]]"#, "model.merges[0]"), ("merges", #"["ab"]"#, "model.merges[0]"),
      ("merges", #"["a  b"]"#, "model.merges[0]"),
      ("merges", #"[["a","b","c"]]"#, "model.merges[0]"),
      ("merges", #"[["a",1]]"#, "model.merges[0]"), ("merges", "[null]", "model.merges[0]"),
    ] as [(String, String, String)]
  )
  func `a model that cannot be used is refused by its field`(
    key: String,
    json: String,
    field: String
  ) throws {
    let found = try error(changed(model: key, try JSONValue.parse(json)))
    #expect(found.field == field)
  }

  @Test(
    arguments: [
      ("normalizer", #"{"type":"NFKC"}"#, "normalizer"),
      ("normalizer", #"{"type":3}"#, "normalizer"),
      ("normalizer", #"{"type":"Sequence"}"#, "normalizer.normalizers"),
      ("pre_tokenizer", "null", "pre_tokenizer"),
      ("pre_tokenizer", #"{"type":"Whitespace"}"#, "pre_tokenizer"),
      ("pre_tokenizer", #"{"type":"ByteLevel","add_prefix_space":true}"#, "pre_tokenizer"),
      ("pre_tokenizer", #"{"type":"Digits","individual_digits":true}"#, "pre_tokenizer"),
      (
        "pre_tokenizer",
        #"{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(a+)+$"},"#
          + #""behavior":"Isolated"},{"type":"ByteLevel","use_regex":false}]}"#, "pre_tokenizer"
      ),
      ("decoder", "null", "decoder"), ("decoder", #"{"type":"WordPiece"}"#, "decoder"),
      ("post_processor", #"{"type":"BertProcessing"}"#, "post_processor"),
      (
        "post_processor",
        #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}}],"#
          + #""special_tokens":{}}"#, "post_processor.single[0]"
      ),
      (
        "post_processor",
        #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"a"}},"#
          + #"{"Sequence":{"id":"A"}}],"#
          + #""special_tokens":{"a":{"id":"a","ids":[99]}}}"#, "post_processor"
      ),
      (
        "post_processor", #"{"type":"TemplateProcessing","single":[],"special_tokens":{}}"#,
        "post_processor"
      ),
      ("added_tokens", "{}", "added_tokens"), ("added_tokens", "[3]", "added_tokens[0]"),
      ("added_tokens", #"[{"id":9,"content":""}]"#, "added_tokens[0]"),
      ("added_tokens", #"[{"id":-9,"content":"x"}]"#, "added_tokens[0].id"),
      ("added_tokens", #"[{"id":1,"content":"x"}]"#, "added_tokens"),
      ("added_tokens", #"[{"id":9,"content":"a"}]"#, "added_tokens"),
      ("added_tokens", #"[{"id":1000000000,"content":"x"}]"#, "added_tokens"),
      ("added_tokens", #"[{"id":9,"content":"x"},{"id":9,"content":"y"}]"#, "added_tokens[1]"),
      ("added_tokens", #"[{"id":9,"content":"x","special":1}]"#, "added_tokens[0].special"),
      ("model", "null", "model"), ("model", "[]", "model"),
    ] as [(String, String, String)]
  )
  func `a component that cannot be used is refused by its field`(
    key: String,
    json: String,
    field: String
  ) throws {
    let value = try JSONValue.parse(json)
    let found = try error { $0[key] = value }
    #expect(found.field == field)
  }

  @Test func `an added token of enormous length is refused`() throws {
    let content = String(repeating: "a", count: 100_000)
    let found = try error { $0["added_tokens"] = [["id": 9, "content": .string(content)]] }
    #expect(found.description.count < 500)
  }

  @Test func `an enormous vocabulary key is taken in`() throws {
    var vocabulary: JSONObject = ["a": 0, "b": 1, "ab": 2]
    vocabulary[String(repeating: "ab", count: 1_000_000)] = 3
    var root = root()
    changed(model: "vocab", .object(vocabulary))(&root)
    #expect(try load(root).encode("abab") == [2, 2])
  }

  @Test func `deeply nested sequences are refused by depth`() throws {
    let depth = 100_000
    let text =
      "{\"normalizer\":"
      + String(repeating: "{\"type\":\"Sequence\",\"normalizers\":[", count: depth)
    let error = try #require(throws: InputError.self) {
      try BytePairTokenizer(bytes: Array(text.utf8), file: "deep")
    }
    #expect(error.message.contains("128 levels"))
  }

  @Test func `merges as strings and as pairs are the same, a version line is skipped`() throws {
    var strings = root()
    changed(model: "merges", ["#version: 0.2", "a b"])(&strings)
    #expect(try load(strings).encode("ab") == [2])
  }

  @Test func `every truncation of a tokenizer is refused without a trap`() throws {
    let bytes = try BytePairTokenizer(
      bytes: JSONValue.object(root()).serializedBytes(),
      file: "t"
    ).serializedBytes()
    for count in stride(from: 0, to: bytes.count - 1, by: 7) {
      #expect(throws: InputError.self) {
        try BytePairTokenizer(bytes: Array(bytes[..<count]), file: "t")
      }
    }
  }
}
