import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

/// Single precision on both sides: log-probabilities within 1e-4, gradients within a relative 1e-3.
@Suite("Adapters against PEFT")
struct PEFTParityTests {
  @Test("every case of the reference is tested")
  func covered() throws {
    let keys = try Fixtures.json("peft.json").keys.filter { $0 != "versions" }
    #expect(keys.sorted() == PEFTCase.names.sorted())
  }

  @Test("log-probabilities agree within 1e-4", arguments: PEFTCase.names)
  func logProbabilities(name: String) throws {
    let peft = try PEFTCase(name)
    let expected = try #require(peft.golden["logprobs"]?.arrayValue).compactMap(\.doubleValue)
    let found = try peft.adapted().score([peft.sequence])[0].logProbabilities
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 1e-4) }
    let plain = try peft.model.score([peft.sequence])[0].logProbabilities
    #expect(zip(plain, expected).contains { abs(Double($0) - $1) > 1e-2 })
  }

  @Test("gradients of every trained tensor agree with autograd", arguments: PEFTCase.names)
  func gradients(name: String) throws {
    let peft = try PEFTCase(name)
    let model = try peft.adapted()
    var batch = PackedBatch()
    batch.append(try peft.sequence)
    let gradients = Gradients(for: model)
    let scale = Float(-1 / Double(batch.targets.count))
    _ = model.supervisedStep(
      batch,
      coefficients: batch.targets.map { _ in scale },
      gradients: gradients,
      activations: Activations(),
      randomness: nil
    )
    let expected = try #require(peft.golden["gradients"]?.objectValue)
    #expect(expected.keys.sorted() == model.trainable.layout.entries.map(\.name).sorted())
    for entry in model.trainable.layout.entries {
      let reference = try #require(expected[entry.name]?.arrayValue).compactMap(\.doubleValue)
      let own = FamilyParityTests.summary(
        of: gradients.trainable.slice(entry.range),
        entry: entry
      )
      let tolerance = 1e-3 * max(reference[0], 1e-3)
      for (a, b) in zip(own, reference) {
        #expect(abs(a - b) < tolerance, "\(entry.name): \(own) \(reference)")
      }
    }
  }

  @Test("what is written is what PEFT wrote, and reads back", arguments: PEFTCase.names)
  func directory(name: String) throws {
    let peft = try PEFTCase(name)
    let adapter = try #require(try peft.adapted().adapter)
    let copy = try TemporaryFolder()
    try AdapterDirectory.save(adapter, baseModel: "base", to: copy.path)
    #expect(
      try InputFile.bytes(copy.path + "/adapter_model.safetensors")
        == InputFile.bytes(peft.folder.path + "/adapter_model.safetensors")
    )
    let again = try AdapterDirectory.load(copy.path, for: peft.model.configuration)
    #expect(again.configuration == adapter.configuration)
    #expect(again.parameters.values == adapter.parameters.values)
    let json = try JSONValue.parse(
      InputFile.bytes(copy.path + "/adapter_config.json"),
      file: copy.path,
      line: nil
    )
    for (key, value) in try #require(json.objectValue).pairs
    where key != "base_model_name_or_path" {
      #expect(value == peft.golden["config"]?[key], "\(key)")
    }
  }

  @Test("merged, the model computes the same", arguments: PEFTCase.names)
  func merged(name: String) throws {
    let peft = try PEFTCase(name)
    let adapted = try peft.adapted()
    let merged = adapted.merged()
    #expect(merged.adapter == nil)
    let ids = try peft.sequence.ids
    let difference = zip(adapted.logits(after: ids).values, merged.logits(after: ids).values)
      .map { abs($0 - $1) }.max()
    // Logits of a few units; the sums are taken in another order.
    #expect(try #require(difference) < 1e-4)
    let generated = try [adapted, merged].map { model in
      try Generator(model: model, options: GenerationOptions(maximumNewTokens: 8))
        .generate([Array(ids.prefix(5)), Array(ids.prefix(9))]).map(\.ids)
    }
    #expect(generated[0] == generated[1])
  }

  @Test("a full copy of a tied end unties it", arguments: ["tied head", "both ends gpt2"])
  func untied(name: String) throws {
    let peft = try PEFTCase(name)
    let merged = try peft.adapted().merged()
    #expect(peft.model.configuration.tiesEmbeddings && !merged.configuration.tiesEmbeddings)
    let folder = try TemporaryFolder()
    try ModelDirectory.save(merged, to: folder.path)
    let copy = try ModelDirectory.load(folder.path)
    #expect(copy.configuration == merged.configuration)
    #expect(copy.parameters.values == merged.parameters.values)
    #expect(copy.layout["lm_head.weight"] != nil)
  }
}
