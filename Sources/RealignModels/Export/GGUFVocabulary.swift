import RealignText

/// A byte-level tokenizer as the keys of a GGUF file.
struct GGUFVocabulary {
  /// The keys and values.
  private(set) var pairs: [GGUFMetadata.Pair] = []
  /// Where llama.cpp will differ from the tokenizer.
  private(set) var notes: [String] = []

  private let tokenizer: any Tokenizer
  private let configuration: ModelConfiguration

  /// Kinds of tokens, with llama.cpp's numbers.
  private enum Kind: Int32 {
    case normal = 1
    case control = 3
    case userDefined = 4
    case unused = 5
  }

  /// Describes a tokenizer.
  ///
  /// - Parameters:
  ///   - tokenizer: The tokenizer; it has no more tokens than the model.
  ///   - configuration: The model's sizes and its token ids, where the tokenizer names none.
  ///   - chatTemplate: The chat template, where the model has one.
  /// - Throws: `InputError` of kind `badData` naming what llama.cpp cannot do.
  init(
    _ tokenizer: any Tokenizer,
    configuration: ModelConfiguration,
    chatTemplate: String? = nil
  ) throws {
    self.tokenizer = tokenizer
    self.configuration = configuration
    let root = try JSONValue.parse(tokenizer.serializedBytes(), file: "tokenizer.json")
    try checkModel(root)
    pairs = [
      ("tokenizer.ggml.model", .string("gpt2")),
      ("tokenizer.ggml.pre", .string(try GGUFPreTokenizer.name(root))),
    ]
    appendTokens()
    appendMerges(root)
    try appendSpecialTokens()
    if let chatTemplate { pairs.append(("tokenizer.chat_template", .string(chatTemplate))) }
    noteDifferences(root)
  }

  /// An error that names what of a tokenizer cannot be exported.
  static func refusal(_ field: String, found: String, expected: String) -> InputError {
    InputError(
      .badData,
      "llama.cpp has no tokenizer that does the same",
      file: "tokenizer.json",
      field: field,
      found: found,
      expected: expected
    )
  }

  private func checkModel(_ root: JSONValue) throws {
    let expected = "byte-level BPE"
    let model = root["model"] ?? .null
    let type = model["type"]?.stringValue ?? (model["merges"] == nil ? "nothing" : "BPE")
    guard type == "BPE" else { throw Self.refusal("model.type", found: type, expected: expected) }
    guard root["decoder"]?["type"]?.stringValue == "ByteLevel" else {
      let found = root["decoder"]?.serialized() ?? "nothing"
      throw Self.refusal("decoder", found: found, expected: "ByteLevel, that is " + expected)
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      let value = model[key]?.stringValue ?? ""
      guard value.isEmpty else {
        throw Self.refusal("model." + key, found: value, expected: "null")
      }
    }
    let normalizer = root["normalizer"] ?? .null
    guard normalizer.isNull || normalizer["type"]?.stringValue == "NFC" else {
      throw Self.refusal("normalizer", found: normalizer.serialized(), expected: "null or NFC")
    }
    precondition(
      tokenizer.vocabularySize <= configuration.vocabularySize,
      "\(tokenizer.vocabularySize) tokens for \(configuration.vocabularySize) rows"
    )
  }

  /// Every row of the embedding is a token; rows without one are named and marked as unused.
  private mutating func appendTokens() {
    let added = Dictionary(
      tokenizer.addedTokens.map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    var tokens: [GGUFValue] = []
    var kinds: [GGUFValue] = []
    for id in 0..<Int32(configuration.vocabularySize) {
      var kind = Kind.normal
      let token = tokenizer.token(id)
      if token == nil {
        kind = .unused
      } else if let known = added[id] {
        let isControl = known.isSpecial || Self.looksSpecial(known.content)
        kind = isControl ? .control : .userDefined
      }
      tokens.append(.string(token ?? "[PAD\(id)]"))
      kinds.append(.int32(kind.rawValue))
    }
    pairs.append(("tokenizer.ggml.tokens", .array(tokens)))
    pairs.append(("tokenizer.ggml.token_type", .array(kinds)))
  }

  /// Whether llama.cpp's converter takes a token for a control token whatever its flag says.
  private static func looksSpecial(_ token: String) -> Bool {
    token == "<pad>" || token == "<mask>"
      || (token.hasPrefix("<|") && token.hasSuffix("|>"))
      || (token.hasPrefix("<｜") && token.hasSuffix("｜>"))
  }

  private mutating func appendMerges(_ root: JSONValue) {
    let items = root["model"]?["merges"]?.arrayValue ?? []
    let merges: [GGUFValue] = items.compactMap { item in
      if let text = item.stringValue { return text.hasPrefix("#version") ? nil : .string(text) }
      let parts = (item.arrayValue ?? []).compactMap(\.stringValue)
      // A space parts the two, so one inside is spelled as the byte alphabet spells it.
      return .string(parts.map { $0.replacing(" ", with: "\u{120}") }.joined(separator: " "))
    }
    if !merges.isEmpty { pairs.append(("tokenizer.ggml.merges", .array(merges))) }
  }

  /// The tokens with a role, and which of them the tokenizer puts around every text.
  private mutating func appendSpecialTokens() throws {
    let frame = frame()
    let end = tokenizer.endOfText ?? configuration.endOfText.first
    let begin = tokenizer.beginOfText ?? frame.prefix.first ?? configuration.beginOfText
    guard let end else {
      throw Self.refusal("eos_token", found: "nothing", expected: "the token that ends an answer")
    }
    guard frame.prefix.isEmpty || frame.prefix == [begin],
      frame.suffix.isEmpty || frame.suffix == [end]
    else {
      let found = (frame.prefix + frame.suffix).map { tokenizer.token($0) ?? "\($0)" }
      throw Self.refusal(
        "post_processor",
        found: found.joined(separator: " "),
        expected: "bos_token before a text or nothing, eos_token behind it or nothing"
      )
    }
    func add(_ key: String, _ id: Int32?) {
      guard let id else { return }
      pairs.append(("tokenizer.ggml.\(key)_token_id", .uint32(UInt32(id))))
    }
    add("bos", begin)
    add("eos", end)
    add("padding", tokenizer.padding)
    pairs.append(("tokenizer.ggml.add_bos_token", .bool(!frame.prefix.isEmpty)))
    pairs.append(("tokenizer.ggml.add_eos_token", .bool(!frame.suffix.isEmpty)))
  }

  /// What the tokenizer puts before and behind a text.
  private func frame() -> (prefix: [Int32], suffix: [Int32]) {
    let bare = tokenizer.encode("a", addSpecialTokens: false)
    let framed = tokenizer.encode("a", addSpecialTokens: true)
    let start = (0...max(0, framed.count - bare.count)).first {
      framed.dropFirst($0).starts(with: bare)
    }
    guard let start else { return (framed, []) }
    return (Array(framed[..<start]), Array(framed[(start + bare.count)...]))
  }

  private mutating func noteDifferences(_ root: JSONValue) {
    if root["normalizer"].map({ !$0.isNull }) ?? false {
      notes.append("llama.cpp does not compose characters (NFC) before it tokenizes")
    }
    let picky = tokenizer.addedTokens.filter {
      $0.isSingleWord || $0.stripsLeft || $0.stripsRight
    }
    if !picky.isEmpty {
      let names = picky.prefix(3).map(\.content).joined(separator: ", ")
      let more = picky.count > 3 ? " and \(picky.count - 3) more" : ""
      notes.append("llama.cpp ignores single_word, lstrip and rstrip of tokens: \(names)\(more)")
    }
  }
}
