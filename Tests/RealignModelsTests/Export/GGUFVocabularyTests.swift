import RealignModels
import RealignText
import Testing

@Suite("GGUF vocabularies")
struct GGUFVocabularyTests {
  private typealias Fixture = ExportFixtures

  private func export(
    _ tokenizer: any Tokenizer,
    chatTemplate: String? = nil
  ) throws -> (content: GGUFContent, summary: GGUFExport.Summary) {
    try Fixture.export(
      Fixture.model(Fixture.configuration()),
      tokenizer: tokenizer,
      chatTemplate: chatTemplate
    )
  }

  private func preTokenizer(_ tokenizer: any Tokenizer) throws -> GGUFValue? {
    try export(tokenizer).content.metadata["tokenizer.ggml.pre"]
  }

  private func refused(_ tokenizer: any Tokenizer) throws -> String? {
    let error = #expect(throws: InputError.self) { _ = try export(tokenizer) }
    #expect(error?.kind == .badData)
    return error?.field
  }

  @Test("every row has a token and a kind, rows without a token are unused")
  func tokens() throws {
    let tokenizer = Fixture.tokenizer()
    let content = try export(tokenizer).content
    let tokens = content.strings("tokenizer.ggml.tokens")
    let kinds = content.numbers("tokenizer.ggml.token_type")
    #expect(tokens.count == 293)
    #expect(kinds.count == 293)
    for (id, token) in tokens.enumerated().prefix(tokenizer.vocabularySize) {
      #expect(token == tokenizer.token(Int32(id)))
    }
    #expect(Array(tokens[0..<4]) == ["<|begin|>", "<|end|>", "[1]", "<|tool|>"])
    // 3 control, 4 user-defined, 1 normal, 5 unused; what looks special counts as control.
    #expect(Array(kinds[0..<5]) == [3, 3, 4, 3, 1])
    #expect(tokens.suffix(3) == ["[PAD290]", "[PAD291]", "[PAD292]"])
    #expect(kinds.suffix(4) == [1, 5, 5, 5])
    #expect(content.metadata["tokenizer.ggml.model"] == .string("gpt2"))
  }

  @Test("merges are pairs in order of rank")
  func merges() throws {
    let tokenizer = Fixture.tokenizer()
    let merges = try export(tokenizer).content.strings("tokenizer.ggml.merges")
    #expect(merges.count == tokenizer.mergeCount)
    #expect(merges == tokenizer.merges.map { $0.left + " " + $0.right })
    #expect(merges.contains { $0.hasPrefix("Ġ ") || $0.hasSuffix(" Ġ") || $0.contains("Ġ") })
  }

  @Test("roles are ids, and what stands before every text is said")
  func roles() throws {
    let plain = try export(Fixture.tokenizer(), chatTemplate: "{{ x }}").content.metadata
    #expect(plain["tokenizer.ggml.bos_token_id"] == nil)
    #expect(plain["tokenizer.ggml.eos_token_id"] == .uint32(1))
    #expect(plain["tokenizer.ggml.padding_token_id"] == .uint32(1))
    #expect(plain["tokenizer.ggml.add_bos_token"] == .bool(false))
    #expect(plain["tokenizer.ggml.add_eos_token"] == .bool(false))
    #expect(plain["tokenizer.chat_template"] == .string("{{ x }}"))
    let begins = try export(Fixture.tokenizer(begins: true)).content.metadata
    #expect(begins["tokenizer.ggml.bos_token_id"] == .uint32(0))
    #expect(begins["tokenizer.ggml.add_bos_token"] == .bool(true))
    #expect(begins["tokenizer.chat_template"] == nil)
  }

  private static func split(_ expression: String) -> JSONValue {
    [
      "type": "Sequence",
      "pretokenizers": [
        [
          "type": "Split", "pattern": ["Regex": .string(expression)], "behavior": "Isolated",
          "invert": false,
        ],
        ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false],
      ],
    ]
  }

  private static let head = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"#
  private static let tail = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  @Test("the pre-tokenizer has llama.cpp's name")
  func preTokenizers() throws {
    #expect(try preTokenizer(Fixture.tokenizer()) == .string("smollm"))
    #expect(try preTokenizer(Fixture.tokenizer(splitDigits: false)) == .string("gpt-2"))
    let qwen = try Fixture.tokenizer(
      replacing: ["pre_tokenizer": Self.split(Self.head + #"\p{N}"# + Self.tail)]
    )
    let three = Self.split(Self.head + #"\p{N}{1,3}"# + Self.tail)
    let llama = try Fixture.tokenizer(
      replacing: ["pre_tokenizer": three],
      inModel: ["ignore_merges": true]
    )
    let merging = try Fixture.tokenizer(replacing: ["pre_tokenizer": three])
    // Without a role of its own the end is that of config.json.
    let content = try export(qwen).content.metadata
    #expect(content["tokenizer.ggml.pre"] == .string("qwen2"))
    #expect(content["tokenizer.ggml.eos_token_id"] == .uint32(1))
    #expect(try preTokenizer(llama) == .string("llama-bpe"))
    #expect(try preTokenizer(merging) == .string("smaug-bpe"))
  }

  @Test("what llama.cpp would cut or frame otherwise is refused by its field")
  func refusals() throws {
    let grouped: JSONValue = [
      "type": "Sequence",
      "pretokenizers": [
        ["type": "Digits", "individual_digits": false],
        ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
      ],
    ]
    #expect(
      try refused(Fixture.tokenizer(replacing: ["pre_tokenizer": grouped])) == "pre_tokenizer"
    )
    let whole = try Fixture.tokenizer(replacing: [:], inModel: ["ignore_merges": true])
    #expect(try refused(whole) == "pre_tokenizer")
    let two: JSONValue = [
      "type": "TemplateProcessing",
      "single": [
        ["SpecialToken": ["id": "<|begin|>", "type_id": 0]],
        ["SpecialToken": ["id": "<|tool|>", "type_id": 0]],
        ["Sequence": ["id": "A", "type_id": 0]],
      ],
      "pair": [],
      "special_tokens": [
        "<|begin|>": ["id": "<|begin|>", "ids": [0], "tokens": ["<|begin|>"]],
        "<|tool|>": ["id": "<|tool|>", "ids": [3], "tokens": ["<|tool|>"]],
      ],
    ]
    #expect(try refused(Fixture.tokenizer(replacing: ["post_processor": two])) == "post_processor")
  }

  @Test("where llama.cpp differs a little, a note says so")
  func notes() throws {
    let composing = try Fixture.tokenizer(replacing: ["normalizer": ["type": "NFC"]])
    #expect(try export(composing).summary.notes.contains { $0.contains("NFC") })
    var added = try #require(
      JSONValue.parse(Fixture.tokenizer().serializedBytes())["added_tokens"]?.arrayValue
    )
    var first = try #require(added[2].objectValue)
    first["lstrip"] = true
    added[2] = .object(first)
    let stripping = try Fixture.tokenizer(replacing: ["added_tokens": .array(added)])
    #expect(try export(stripping).summary.notes.contains { $0.hasSuffix("of tokens: [1]") })
  }
}
