import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

/// One encoder of `Goldens/bert.json`, with the weights of its formula.
struct EncoderFixture {
  let golden: JSONObject
  let json: JSONObject
  let model: EncoderModel

  /// The variants of `Goldens/make_bert.py`.
  static let names = ["gelu", "gelu_new", "relu"]

  init(_ name: String) throws {
    golden = try #require(try Self.all()[name]?.objectValue)
    json = try #require(golden["config"]?.objectValue)
    let configuration = try EncoderConfiguration(json: json, file: name)
    let hasClassifier = json["architectures"]?.serialized().contains("Classification") ?? false
    let layout = EncoderModel.layout(
      configuration,
      hasPooler: true,
      hasClassifier: hasClassifier
    )
    let parameters = Tensor(rows: 1, columns: layout.count)
    for entry in layout.entries {
      let offset: Float = entry.name.hasSuffix("LayerNorm.weight") ? 1 : 0
      parameters.slice(entry.range).copy(
        from: Family.formula(entry.name, count: entry.range.count).map { $0 * 0.3 + offset }
      )
    }
    model = EncoderModel(
      configuration: configuration,
      parameters: parameters,
      hasPooler: true,
      hasClassifier: hasClassifier
    )
  }

  static func all() throws -> JSONObject { try Fixtures.json("bert.json") }

  /// The texts of the embeddings.
  static func texts() throws -> [String] {
    try #require(try all()["texts"]?.arrayValue).compactMap(\.stringValue)
  }

  /// The inputs of the other program, and what it computed from each.
  func inputs() throws -> [(tokens: TypedTokens, expected: JSONObject)] {
    try #require(golden["inputs"]?.arrayValue).map { row in
      let object = try #require(row.objectValue)
      return (try Self.tokens(object), object)
    }
  }

  /// The fields `ids` and `types` of an object.
  static func tokens(_ object: JSONObject) throws -> TypedTokens {
    func list(_ field: String) throws -> [Int32] {
      try #require(object[field]?.arrayValue).compactMap(\.intValue).map { Int32($0) }
    }
    return TypedTokens(ids: try list("ids"), types: try list("types"))
  }

  static func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).compactMap(\.doubleValue)
  }

  /// The tensors as a checkpoint holds them, under names that `rename` gives.
  func tensors(
    _ rename: (String) -> String = { $0 }
  ) -> [(name: String, shape: [Int], values: Tensor)] {
    model.layout.entries.map { entry in
      (rename(entry.name), entry.shape, model.parameters.slice(entry.range))
    }
  }

  /// A new directory with `config.json`, weights and tokenizer.
  func directory(
    tensors: [(name: String, shape: [Int], values: Tensor)]? = nil,
    configure: (inout JSONObject) -> Void = { _ in }
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var json = json
    configure(&json)
    try folder.write(JSONValue.object(json).serialized(), to: "config.json")
    let weights = SafeTensorsWriter.data(tensors ?? self.tensors(), metadata: [:])
    try folder.write([UInt8](weights), to: "model.safetensors")
    let tokenizer = try #require(try Self.all()["tokenizer"])
    try folder.write(tokenizer.serialized(), to: "tokenizer.json")
    return folder
  }
}
