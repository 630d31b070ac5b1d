import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Model directories")
struct ModelDirectoryTests {
  @Test("what was written is read back bit for bit")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let model = Fixtures.tinyModel(biases: true, tied: false)
    try ModelDirectory.save(model, to: folder.path)
    let copy = try ModelDirectory.load(folder.path)
    #expect(copy.configuration == model.configuration)
    #expect(copy.parameters.values == model.parameters.values)
  }

  @Test("the weights of transformers are rewritten byte for byte")
  func rewritten() throws {
    let source = Fixtures.goldens + "/llama-biased"
    let folder = try TemporaryFolder()
    try ModelDirectory.save(try ModelDirectory.load(source), to: folder.path)
    #expect(
      try InputFile.bytes(folder.path + "/model.safetensors")
        == InputFile.bytes(source + "/model.safetensors")
    )
  }

  @Test("a merged adapter computes what the adapter computed")
  func merged() throws {
    var model = Fixtures.tinyModel()
    model.adapter = Fixtures.adapter(for: model)
    let sequence = TokenSequence(ids: [3, 9, 4, 17, 2, 8], completionStart: 1)
    let adapted = model.score([sequence])[0].logProbabilities
    let merged = model.merged().score([sequence])[0].logProbabilities
    for (a, b) in zip(adapted, merged) { #expect(abs(a - b) < 1e-4) }
    var plain = model
    plain.adapter = nil
    #expect(plain.score([sequence])[0].logProbabilities != adapted)
  }

  @Test("an adapter directory is read back bit for bit")
  func adapterRoundTrip() throws {
    let model = Fixtures.tinyModel()
    let adapter = Fixtures.adapter(for: model)
    let folder = try TemporaryFolder()
    try AdapterDirectory.save(adapter, baseModel: "base", to: folder.path)
    let copy = try AdapterDirectory.load(folder.path, for: model.configuration)
    #expect(copy.configuration == adapter.configuration)
    #expect(copy.parameters.values == adapter.parameters.values)
  }

  struct Bad: Sendable {
    let name: String
    let change: @Sendable (inout JSONObject) -> Void
    let field: String
  }

  static let hostile: [Bad] = [
    Bad(name: "unknown architecture", change: { $0["model_type"] = "mamba" }, field: "model_type"),
    Bad(name: "negative size", change: { $0["hidden_size"] = -4 }, field: "hidden_size"),
    Bad(name: "missing size", change: { $0["vocab_size"] = .null }, field: "vocab_size"),
    Bad(
      name: "heads that do not divide",
      change: { $0["num_key_value_heads"] = 3 },
      field: "num_key_value_heads"
    ),
    Bad(name: "odd head", change: { $0["head_dim"] = 7 }, field: "head_dim"),
    Bad(name: "other activation", change: { $0["hidden_act"] = "gelu" }, field: "hidden_act"),
    Bad(
      name: "quantised",
      change: { $0["quantization_config"] = ["bits": 4] },
      field: "quantization_config"
    ),
    Bad(
      name: "unknown rotary scaling",
      change: { $0["rope_scaling"] = ["rope_type": "longrope"] },
      field: "rope_type"
    ),
  ]

  @Test("a hostile configuration names its field", arguments: hostile.indices)
  func hostileConfiguration(index: Int) throws {
    let bad = Self.hostile[index]
    var json = try #require(Fixtures.tinyModel().configuration.json.objectValue)
    bad.change(&json)
    let error = #expect(throws: InputError.self) {
      try ModelConfiguration(json: json, file: "config.json")
    }
    #expect(error?.field == bad.field, "\(bad.name)")
  }
}
