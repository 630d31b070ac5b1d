import RealignNumerics
import RealignTestSupport
import Testing

@testable import RealignModels

@Suite("Memory needs")
struct MemoryNeedsTests {
  /// Where a tensor starts.
  private struct Place: Hashable {
    let buffer: ObjectIdentifier
    let offset: Int
  }

  /// Elements of all tensors inside values, those that several share once.
  private func floats(in values: Any...) -> Int {
    var counts: [Place: Int] = [:]
    func visit(_ value: Any) {
      guard let tensor = value as? Tensor else {
        return Mirror(reflecting: value).children.forEach { visit($0.value) }
      }
      counts[Place(buffer: ObjectIdentifier(tensor.buffer), offset: tensor.offset)] = tensor.count
    }
    values.forEach(visit)
    return counts.values.reduce(0, +)
  }

  /// Elements of the tensors that a pass writes to.
  private func touched(_ model: LanguageModel, _ purpose: MemoryNeeds.Purpose) -> Int {
    let layers = 0..<model.configuration.layerCount
    func prepared(_ activations: Activations) -> Activations {
      activations.prepare(rows: 7, model: model)
      return activations
    }
    switch purpose {
    case .inference:
      let activations = prepared(Activations(training: false))
      return floats(in: activations.state(0, rows: 7), activations.final(rows: 7))
    case .training(let recomputes):
      let activations = prepared(Activations(recomputes: recomputes))
      let states = layers.map { activations.state($0, rows: 7) }
      #expect(Set(states.map { ObjectIdentifier($0.input.buffer) }).count == layers.count)
      #expect(
        Set(states.map { ObjectIdentifier($0.gateUp.buffer) }).count
          == (recomputes ? 1 : layers.count)
      )
      return floats(in: states, activations.final(rows: 7), activations.scratch(0, rows: 7))
    }
  }

  @Test("activations of every family are counted to the last float", arguments: Family.names)
  func activations(family: String) throws {
    var model = try Family(family).model
    for adapted in [false, true] {
      if adapted { model.adapter = Fixtures.adapter(for: model) }
      let shift = model.decoder.names.positions == nil ? 0 : 7 * model.configuration.hiddenSize
      for purpose in [.inference, .training(), .training(recomputes: true)]
        as [MemoryNeeds.Purpose]
      {
        #expect(
          MemoryNeeds(model).activations(rows: 7, for: purpose) == touched(model, purpose) + shift
        )
      }
    }
  }

  @Test("half precision counts two bytes for matrices and four for vectors")
  func weights() {
    let model = Fixtures.tinyModel(biases: true)
    let needs = MemoryNeeds(model)
    let vectors = model.layout.entries.filter(\.isVector).reduce(0) { $0 + $1.range.count }
    #expect(needs.weights(.f32) == 4 * model.parameterCount)
    #expect(needs.weights(.bf16) == 2 * (model.parameterCount + vectors))
    #expect(model.with(baseType: .bf16).weights.byteCount == needs.weights(.bf16))
  }

  @Test("divided weights count what stays whole, a part of every block and one block")
  func dividedWeights() throws {
    let model = Fixtures.tinyModel(biases: true)
    let folder = try TemporaryFolder()
    try ModelDirectory.save(model, to: folder.path)
    for type in [ScalarType.f32, .bf16] {
      for ranks in [2, 3] {
        let taken = try ThreadGroup.run(ranks) { group in
          try ModelDirectory.load(folder.path, baseType: type, dividedOver: group)
            .weights.byteCount
        }
        let needs = MemoryNeeds(model).weights(type, ranks: ranks)
        #expect(taken.allSatisfy { $0 <= needs && $0 > needs - 4 * model.configuration.layerCount })
      }
    }
    #expect(MemoryNeeds(model).weights(.f32, ranks: 1) == 4 * model.parameterCount)
  }

  @Test("dropout keeps a bit for each input of every adapter, and one projection's masked inputs")
  func dropout() {
    var model = Fixtures.tinyModel()
    let c = model.configuration
    // Widths of 16 and 24 take one word of 32 bits each; seven adapters.
    #expect(c.hiddenSize <= 32 && c.queryWidth <= 32 && c.intermediateSize <= 32)
    for (recomputes, blocks) in [(false, c.layerCount), (true, 1)] {
      func needs(dropout: Double) -> Int {
        model.adapter = Fixtures.adapter(for: model, dropout: dropout)
        return MemoryNeeds(model).activations(rows: 5, for: .training(recomputes: recomputes))
      }
      #expect(
        needs(dropout: 0.5) - needs(dropout: 0) == 5 * (blocks * 7 + 3 * c.hiddenSize)
      )
    }
  }

  @Test("a cache holds keys and values of every block up to the model's last position")
  func cache() throws {
    let model = Fixtures.tinyModel()
    let needs = MemoryNeeds(model)
    let slab = model.configuration.keyValueWidth * model.configuration.layerCount
    #expect(needs.cache(sequences: 3, positions: 10) == 4 * 2 * slab * 3 * 10)
    #expect(needs.cache(sequences: 1, positions: 1000) == 4 * 2 * slab * 64)
    let windowed = try Family("gemma3").model
    let c = windowed.configuration
    let kept = windowed.decoder.layers.map { min($0.attention.window ?? 40, 40) }
    #expect(kept.contains { $0 < 40 })
    #expect(
      MemoryNeeds(windowed).cache(sequences: 2, positions: 40)
        == 4 * 2 * kept.reduce(0, +) * 2 * c.keyValueWidth
    )
  }
}
