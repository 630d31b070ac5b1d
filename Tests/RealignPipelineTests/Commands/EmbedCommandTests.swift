import Foundation
import RealignModels
import RealignNumerics
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@Suite("embed")
struct EmbedCommandTests {
  /// A tiny encoder over single letters on disk.
  private func model(labels: [String: String]? = nil) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var json: JSONObject = [
      "model_type": "bert", "vocab_size": 8, "hidden_size": 6, "intermediate_size": 10,
      "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 7,
    ]
    if let labels {
      json["id2label"] = .object(
        JSONObject(
          pairs: labels.keys.sorted().map { (key: $0, value: JSONValue.string(labels[$0] ?? "")) }
        )
      )
    }
    try folder.write(JSONValue.object(json).serialized(), to: "config.json")
    let layout = EncoderModel.layout(
      try EncoderConfiguration(json: json, file: "config.json"),
      hasPooler: true,
      hasClassifier: labels != nil
    )
    let tensors = layout.entries.map { entry in
      (
        name: entry.name, shape: entry.shape,
        values: Tensor.random(
          rows: entry.rows,
          columns: entry.columns,
          name: entry.name,
          scale: 0.5
        )
      )
    }
    let weights = SafeTensorsWriter.data(tensors, metadata: [:])
    try folder.write([UInt8](weights), to: "model.safetensors")
    try folder.write(
      """
      {"version":"1.0","added_tokens":[],"normalizer":null,
      "pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":null,
      "post_processor":{"type":"BertProcessing","cls":["[",4],"sep":["]",5]},
      "model":{"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"",
      "max_input_chars_per_word":100,"vocab":{"a":0,"b":1,"c":2,"?":3,"[":4,"]":5}}}
      """,
      to: "tokenizer.json"
    )
    return folder
  }

  private func run(
    _ folder: TemporaryFolder,
    _ lines: [String],
    output: String? = nil
  ) throws -> [JSONValue] {
    let rows = try folder.write(lines.joined(separator: "\n") + "\n", to: "rows.jsonl")
    let sink = CollectedOutput()
    try EmbedCommand.run(
      EmbedCommand.Options(model: folder.path, data: [rows], output: output),
      context: CommandContext(output: sink)
    )
    return sink.rows
  }

  @Test("texts become the vectors of the sentence encoder, in order, printed or in a file")
  func texts() throws {
    let folder = try model()
    let lines = [#"{"text":"a b c"}"#, #"{"text":""}"#, #"{"text":"a a b b c c a a"}"#]
    let rows = try run(folder, lines)
    #expect(rows.map { $0["index"]?.intValue } == [0, 1, 2])
    #expect(rows.map { $0["tokens"]?.intValue } == [5, 2, 7])
    let encoder = try SentenceEncoder.load(folder.path)
    let expected = try encoder.embed(["a b c", "", "a a b b c c a a"])
    for (row, vector) in zip(rows, expected) {
      let found = try #require(row["embedding"]?.arrayValue).compactMap(\.doubleValue)
      #expect(Differences.largest(vector, found) < 1e-7)
    }
    let path = folder.path + "/out.jsonl"
    #expect(try run(folder, lines, output: path).isEmpty)
    #expect(try JSONLines.read(path).map { JSONValue.object($0.value) } == rows)
  }

  @Test("pairs get a label and the probability of each")
  func pairs() throws {
    let folder = try model(labels: ["0": "entailment", "1": "contradiction", "2": "neutral"])
    let rows = try run(folder, [#"{"premise":"a b","hypothesis":"c"}"#])
    let object = try #require(rows[0].objectValue)
    #expect(object.keys == ["index", "label", "probabilities", "tokens"])
    let probabilities = try #require(object["probabilities"]?.objectValue)
    #expect(probabilities.keys == ["entailment", "contradiction", "neutral"])
    let classifier = try PairClassifier.load(folder.path)
    let expected = try classifier.classify([(premise: "a b", hypothesis: "c")])[0]
    #expect(probabilities.values.compactMap(\.doubleValue) == expected)
    let label = try #require(object["label"]?.stringValue)
    #expect(probabilities[label]?.doubleValue == expected.max())
  }

  @Test(
    "a wrong row is named by line and nothing is printed",
    arguments: [#"{"premise":"a","hypothesis":"b"}"#, #"{"prompt":"a"}"#]
  )
  func wrongRow(_ line: String) throws {
    let folder = try model()
    let error = try #require(throws: InputError.self) {
      try run(folder, [#"{"text":"a"}"#, line])
    }
    #expect(error.line == 2 && error.kind == .badData)
  }

  @Test("pairs need a classification head")
  func noHead() throws {
    let folder = try model()
    let error = try #require(throws: InputError.self) {
      try run(folder, [#"{"premise":"a","hypothesis":"b"}"#])
    }
    #expect(error.field == "classifier.weight")
  }
}
