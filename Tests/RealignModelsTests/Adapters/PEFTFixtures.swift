import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

/// One adapter of `Goldens/peft.json` on its model, with the weights of the formula.
struct PEFTCase {
  let golden: JSONObject
  let model: LanguageModel
  /// A directory as PEFT writes it.
  let folder: TemporaryFolder

  /// The cases of `Goldens/make_peft.py`.
  static let names = [
    "lora", "lora gpt2", "rslora", "rank pattern", "regex", "regex gpt2", "all-linear",
    "all-linear gpt2", "full paths", "some layers", "head", "tied head", "embedding and norms",
    "both ends gpt2", "dora", "dora gpt2", "dora gemma2",
  ]

  init(_ name: String) throws {
    golden = try #require(try Fixtures.json("peft.json")[name]?.objectValue)
    let family = try #require(golden["family"]?.stringValue)
    model = try Family(family).model
    folder = try TemporaryFolder()
    try AtomicFile.write(
      try #require(golden["config"]).serialized(),
      to: folder.path + "/adapter_config.json"
    )
    let shapes = try #require(golden["shapes"]?.objectValue)
    let isAroundOne = family.hasPrefix("gemma")
    let tensors = try shapes.pairs.map { name, value in
      let shape = try #require(value.arrayValue).compactMap(\.intValue)
      let values = Self.values(name, shape: shape, isAroundOne: isAroundOne)
      return (name: name, shape: shape, values: Tensor(values, rows: 1, columns: values.count))
    }
    try AtomicFile.write(
      SafeTensorsWriter.data(tensors, metadata: ["format": "pt"]),
      to: folder.path + "/adapter_model.safetensors"
    )
  }

  private static func values(_ name: String, shape: [Int], isAroundOne: Bool) -> [Float] {
    let formula = Family.formula(name, count: shape.reduce(1, *))
    if name.contains(".lora_A.") || name.contains(".lora_B.") { return formula.map { $0 * 0.3 } }
    if name.hasSuffix("lora_magnitude_vector") { return formula.map { $0 * 0.4 + 1.2 } }
    let isNorm = shape.count == 1 && name.hasSuffix(".weight") && !isAroundOne
    return formula.map { $0 * 0.5 + (isNorm ? 1 : 0) }
  }

  /// The model with the adapter read from the directory.
  func adapted() throws -> LanguageModel {
    var result = model
    result.adapter = try AdapterDirectory.load(folder.path, for: model.configuration)
    return result
  }

  var sequence: TokenSequence {
    get throws {
      let ids = try #require(golden["ids"]?.arrayValue).compactMap(\.intValue)
      return TokenSequence(ids: ids.map(Int32.init), completionStart: 1)
    }
  }
}
