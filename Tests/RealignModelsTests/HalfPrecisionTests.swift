import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

/// Weights in half precision compute what the same weights, rounded and kept in single precision,
/// compute.
@Suite("Base weights in half precision")
struct HalfPrecisionTests {
  static let types: [ScalarType] = [.bf16, .f16]

  /// The family's model with weights in a type, and the rounded weights in single precision.
  private func pair(
    _ name: String,
    _ type: ScalarType
  ) throws -> (half: LanguageModel, single: LanguageModel) {
    let half = try Family(name).model.with(baseType: type)
    #expect(half.weights.type == type)
    return (half, half.with(baseType: .f32))
  }

  @Test("log-probabilities have the same bits", arguments: Family.names, types)
  func scores(name: String, type: ScalarType) throws {
    let (half, single) = try pair(name, type)
    let sequences = [30, 1 + 9, 17].map {
      TokenSequence(ids: Family.tokens($0, seed: UInt64($0)), completionStart: 1)
    }
    let scores = half.score(sequences)
    #expect(scores == single.score(sequences))
    #expect(scores != (try Family(name).model.score(sequences)))
    #expect(
      half.divergence(from: single, on: sequences).joined().allSatisfy { $0.magnitude < 1e-6 }
    )
  }

  @Test("gradients of an adapter have the same bits", arguments: Family.names, types)
  func gradients(name: String, type: ScalarType) throws {
    let (half, single) = try pair(name, type)
    func gradients(_ base: LanguageModel) -> [Float] {
      var model = base
      model.adapter = Fixtures.adapter(for: base, dropout: 0.2)
      let gradients = Gradients(for: model)
      _ = model.supervisedStep(
        ArchitectureContractTests.batch,
        coefficients: GradientTests.lossCoefficients(ArchitectureContractTests.batch),
        gradients: gradients,
        activations: Activations(),
        randomness: StepRandomness(seed: 1, step: 2)
      )
      return gradients.trainable.values
    }
    let values = gradients(half)
    #expect(values == gradients(single))
    #expect(values.contains { $0 != 0 })
  }

  @Test("greedy responses are the same tokens with the same bits", arguments: Family.names, types)
  func greedy(name: String, type: ScalarType) throws {
    let (half, single) = try pair(name, type)
    let prompts = [3, 7, 1, 5].map { Family.tokens($0, seed: UInt64($0)) }
    let options = GenerationOptions(maximumNewTokens: 12, temperature: 0, batchSize: 3)
    let found = try Generator(model: half, options: options).generate(prompts)
    #expect(found == (try Generator(model: single, options: options).generate(prompts)))
    #expect(found.contains { !$0.ids.isEmpty })
  }

  @Test("a file is read into half precision as rounding the model does", arguments: Family.names)
  func loading(name: String) throws {
    let model = try Family(name).model
    for stored in ScalarType.allCases {
      let folder = try TemporaryFolder()
      try ModelDirectory.save(model, to: folder.path, type: stored)
      for type in ScalarType.allCases {
        let found = try ModelDirectory.load(folder.path, baseType: type)
        let expected = model.with(baseType: stored).with(baseType: type)
        // Vectors are rounded in the file, but not in memory.
        for entry in model.layout.entries where !entry.isVector || stored == .f32 {
          #expect(
            found.weights[entry.name]?.encoded(as: .f32)
              == expected.weights[entry.name]?.encoded(as: .f32),
            "\(entry.name), \(stored) as \(type)"
          )
        }
        #expect(found.configuration == model.configuration)
      }
    }
  }

  @Test("a model in half precision is saved as it is, and merges in single precision")
  func saving() throws {
    var model = Fixtures.tinyModel(biases: true, tied: false).with(baseType: .bf16)
    let (a, b) = (try TemporaryFolder(), try TemporaryFolder())
    try ModelDirectory.save(model, to: a.path, type: .bf16)
    try ModelDirectory.save(model.with(baseType: .f32), to: b.path, type: .bf16)
    for file in ["model.safetensors", "config.json"] {
      let bytes = try InputFile.bytes(a.path + "/" + file)
      #expect(bytes == (try InputFile.bytes(b.path + "/" + file)))
    }
    let text = String(decoding: try InputFile.bytes(a.path + "/config.json"), as: UTF8.self)
    #expect(text.contains(#""torch_dtype": "bfloat16""#))
    model.adapter = Fixtures.adapter(for: model)
    let merged = model.merged()
    #expect(merged.weights.type == .f32)
    let sequence = TokenSequence(ids: [3, 9, 4, 17, 2, 8], completionStart: 1)
    for (x, y) in zip(
      model.score([sequence])[0].logProbabilities,
      merged.score([sequence])[0].logProbabilities
    ) {
      #expect(abs(x - y) < 1e-4)
    }
  }

  @Test("weights beyond the range of a half are refused, not saturated")
  func range() throws {
    let model = Fixtures.tinyModel()
    model.parameters[0, 5] = 70_000
    let folder = try TemporaryFolder()
    let error = #expect(throws: InputError.self) {
      try ModelDirectory.save(model, to: folder.path, type: .f16)
    }
    #expect(error?.field == "model.embed_tokens.weight" && error?.found == "70000.0")
    try ModelDirectory.save(model, to: folder.path, type: .bf16)
    let reading = #expect(throws: InputError.self) {
      try ModelDirectory.load(folder.path, baseType: .f16)
    }
    #expect(reading?.hint?.contains("bf16") == true)
  }
}
