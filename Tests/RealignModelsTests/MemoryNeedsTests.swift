import RealignNumerics
import Testing

@testable import RealignModels

@Suite("Memory needs")
struct MemoryNeedsTests {
  /// Elements of all tensors inside a value.
  private func floats(in value: Any) -> Int {
    if let tensor = value as? Tensor { return tensor.count }
    return Mirror(reflecting: value).children.reduce(0) { $0 + floats(in: $1.value) }
  }

  private func touched(_ activations: Activations, rows: Int, layers: Int?) -> Int {
    (0..<(layers ?? 1)).reduce(0) { $0 + floats(in: activations.state($1, rows: rows)) }
      + floats(in: activations.final(rows: rows))
      + (layers == nil ? 0 : floats(in: activations.scratch(0, rows: rows)))
  }

  @Test("activations of every family are counted to the last float", arguments: Family.names)
  func activations(family: String) throws {
    var model = try Family(family).model
    let layers = model.configuration.layerCount
    for adapted in [false, true] {
      if adapted { model.adapter = Fixtures.adapter(for: model) }
      let shift = model.decoder.names.positions == nil ? 0 : 7 * model.configuration.hiddenSize
      for training in [false, true] {
        let activations = Activations(training: training)
        activations.prepare(rows: 7, model: model)
        #expect(
          MemoryNeeds(model).activations(rows: 7, training: training)
            == touched(activations, rows: 7, layers: training ? layers : nil) + shift
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

  @Test("dropout keeps a mask and a masked input of every adapter")
  func dropout() {
    var model = Fixtures.tinyModel()
    model.adapter = Fixtures.adapter(for: model)
    let plain = MemoryNeeds(model).activations(rows: 5, training: true)
    model.adapter = Fixtures.adapter(for: model, dropout: 0.5)
    let c = model.configuration
    let inputs = 5 * c.hiddenSize + c.queryWidth + c.intermediateSize
    #expect(
      MemoryNeeds(model).activations(rows: 5, training: true) - plain
        == 5 * (c.layerCount * 2 * inputs + max(c.hiddenSize, c.queryWidth, c.intermediateSize))
    )
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
