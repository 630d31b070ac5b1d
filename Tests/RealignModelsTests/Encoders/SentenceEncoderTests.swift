import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Sentence encoders")
struct SentenceEncoderTests {
  private static let modules = ["Transformer", "1_Pooling/Pooling", "2_Normalize/Normalize"]

  /// A directory as sentence-transformers writes it; a module is its folder and kind.
  private func directory(
    modules: [String] = modules,
    pooling: String = #"{"word_embedding_dimension":32,"pooling_mode_mean_tokens":true}"#,
    files: [String: String] = [:]
  ) throws -> TemporaryFolder {
    let folder = try EncoderFixture("gelu").directory()
    let list = modules.map { module -> JSONValue in
      let parts = module.split(separator: "/").map(String.init)
      return [
        "type": .string("sentence_transformers.models.\(parts[parts.count - 1])"),
        "path": .string(parts.dropLast().joined(separator: "/")),
      ]
    }
    try folder.write(JSONValue.array(list).serialized(), to: "modules.json")
    try folder.write(pooling, to: "1_Pooling/config.json")
    for name in files.keys.sorted() { try folder.write(files[name] ?? "", to: name) }
    return folder
  }

  private func length(_ vector: [Float]) -> Double {
    vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test("a plain directory and one with modules agree, and vectors have length 1")
  func plain() throws {
    let texts = try EncoderFixture.texts()
    let (plain, written) = (try EncoderFixture("gelu").directory(), try directory())
    let first = try SentenceEncoder.load(plain.path).embed(texts)
    #expect(try SentenceEncoder.load(written.path).embed(texts) == first)
    for vector in first { #expect(abs(length(vector) - 1) < 1e-6) }
  }

  @Test(
    "pooling is what its file says, in either spelling",
    arguments: [
      (#"{"pooling_mode":"max"}"#, .max), (#"{"pooling_mode":["cls"]}"#, .cls),
      (#"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}"#, .cls),
      (#"{"pooling_mode_max_tokens":true}"#, .max), ("{}", .mean),
    ] as [(String, EncoderPooling)]
  )
  func pooling(file: String, expected: EncoderPooling) throws {
    let folder = try directory(modules: Array(Self.modules.prefix(2)), pooling: file)
    let encoder = try SentenceEncoder.load(folder.path)
    #expect(encoder.pooling == expected && !encoder.normalizes)
    let text = "The cat sat."
    let states = encoder.model.hiddenStates([encoder.tokens(text)])[0]
    let columns = (0..<encoder.dimension).map { c in (0..<states.rows).map { states[$0, c] } }
    let vector = columns.map { column -> Double in
      switch expected {
      case .mean: column.reduce(0) { $0 + Double($1) } / Double(column.count)
      case .cls: Double(column[0])
      case .max: Double(column.max() ?? 0)
      }
    }
    #expect(Differences.largest(try encoder.embed([text])[0], vector) < 1e-6)
  }

  @Test("long texts are cut to the smallest limit, and the tokens cut are counted")
  func truncation() throws {
    let folder = try directory(files: ["sentence_bert_config.json": #"{"max_seq_length":6}"#])
    let encoder = try SentenceEncoder.load(folder.path)
    #expect(encoder.maximumLength == 6)
    let long = encoder.tokens("the cat sat on the mat")
    #expect(long.count == 6 && long.removedCount == 2)
    #expect(encoder.tokens("the cat").removedCount == 0)
    #expect(long.ids == encoder.tokens("the cat sat on").ids)
    let other = try directory(files: ["tokenizer_config.json": #"{"model_max_length":40}"#])
    #expect(try SentenceEncoder.load(other.path).maximumLength == 40)
    let plain = try EncoderFixture("gelu").directory()
    #expect(try SentenceEncoder.load(plain.path).maximumLength == 64)
  }

  @Test("the default prompt is put before every text")
  func prompt() throws {
    let settings = #"{"prompts":{"q":"dog: ","d":""},"default_prompt_name":"q"}"#
    let folder = try directory(files: ["config_sentence_transformers.json": settings])
    var encoder = try SentenceEncoder.load(folder.path)
    let prompted = try encoder.embed(["the cat"])
    encoder.prefix = ""
    #expect(try encoder.embed(["dog: the cat"]) == prompted)
    #expect(try encoder.embed(["the cat"]) != prompted)
  }

  @Test("lower case is left to a tokenizer that has it")
  func lowerCase() throws {
    let files = ["sentence_bert_config.json": #"{"do_lower_case":true}"#]
    let folder = try directory(files: files)
    #expect(try SentenceEncoder.load(folder.path).embed(["The CAT"]).count == 1)
    var json = try #require(try EncoderFixture.all()["tokenizer"]?.objectValue)
    json["normalizer"] = .null
    try folder.write(JSONValue.object(json).serialized(), to: "tokenizer.json")
    let error = try #require(throws: InputError.self) { try SentenceEncoder.load(folder.path) }
    #expect(error.field == "do_lower_case")
  }

  struct Refusal: Sendable {
    var modules = SentenceEncoderTests.modules
    var pooling = "{}"
    var files: [String: String] = [:]
    var field: String
    var found: String
  }

  private static let refusals = [
    Refusal(
      modules: ["Transformer", "1_Pooling/Pooling", "2_Dense/Dense"],
      field: "type",
      found: "Dense"
    ),
    Refusal(modules: ["WordEmbeddings"], field: "type", found: "WordEmbeddings"),
    Refusal(modules: ["../x/Transformer"], field: "[0]", found: ".."),
    Refusal(pooling: #"{"pooling_mode":"lasttoken"}"#, field: "pooling_mode", found: "lasttoken"),
    Refusal(
      pooling: #"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true}"#,
      field: "pooling_mode_cls_token",
      found: "cls and mean"
    ),
    Refusal(
      files: ["sentence_bert_config.json": #"{"max_seq_length":0}"#],
      field: "max_seq_length",
      found: "0"
    ),
    Refusal(
      files: ["config_sentence_transformers.json": #"{"default_prompt_name":"q"}"#],
      field: "default_prompt_name",
      found: "q"
    ),
    Refusal(
      files: ["tokenizer_config.json": #"{"truncation_side":"left"}"#],
      field: "truncation_side",
      found: "left"
    ),
  ]

  @Test("what is not supported is refused by name", arguments: refusals.indices)
  func refused(index: Int) throws {
    let bad = Self.refusals[index]
    let folder = try directory(modules: bad.modules, pooling: bad.pooling, files: bad.files)
    let error = try #require(throws: InputError.self) { try SentenceEncoder.load(folder.path) }
    #expect(error.kind == .badData && error.field == bad.field, "\(error)")
    #expect(error.found?.contains(bad.found) ?? false, "\(error)")
  }

  @Test("tokenizer and model must fit each other")
  func misfit() throws {
    func error(_ change: (inout JSONObject) throws -> Void) throws -> InputError {
      let folder = try EncoderFixture("gelu").directory()
      var json = try #require(try EncoderFixture.all()["tokenizer"]?.objectValue)
      try change(&json)
      try folder.write(JSONValue.object(json).serialized(), to: "tokenizer.json")
      return try #require(throws: InputError.self) { try SentenceEncoder.load(folder.path) }
    }
    let more = try error { json in
      var tokens = json["added_tokens"]?.arrayValue ?? []
      tokens.append(["id": 5000, "content": "<new>", "special": true])
      json["added_tokens"] = .array(tokens)
    }
    #expect(more.message.contains("more tokens") && more.found == "5001")
    let folder = try directory(files: ["sentence_bert_config.json": #"{"max_seq_length":2}"#])
    let short = try #require(throws: InputError.self) { try SentenceEncoder.load(folder.path) }
    #expect(short.message.contains("no room"))
    let bare = try EncoderFixture("gelu").directory()
    var json = try #require(try EncoderFixture.all()["tokenizer"]?.objectValue)
    json["post_processor"] = .null
    try bare.write(JSONValue.object(json).serialized(), to: "tokenizer.json")
    let encoder = try SentenceEncoder.load(bare.path)
    let empty = try #require(throws: InputError.self) { try encoder.embed(["the", ""]) }
    #expect(empty.found == "text 2")
  }
}
