import RealignNumerics
import RealignText

/// A decoder: configuration, flat parameters and optional low-rank adapters.
///
/// Copying the value shares the memory of the weights; `duplicate()` copies them. A frozen
/// reference beside an adapted policy is the same value with `adapter` set to nil.
public struct LanguageModel: Sendable {
  /// Sizes and switches.
  public let configuration: ModelConfiguration
  /// Names and places of the parameters.
  public let layout: ParameterLayout
  /// All weights, 1 x `layout.count`.
  public let parameters: Tensor
  /// Low-rank adapters on top of the weights.
  public var adapter: Adapter? { didSet { rebuild() } }
  private(set) var blocks: [Block] = []
  let rotary: RotaryEmbedding

  /// Wraps parameters that lie in the architecture's layout.
  public init(configuration: ModelConfiguration, parameters: Tensor, adapter: Adapter? = nil) {
    self.configuration = configuration
    layout = LlamaNames.layout(configuration)
    precondition(
      parameters.count == layout.count,
      "\(parameters.count) parameters for a layout of \(layout.count)"
    )
    self.parameters = parameters
    self.adapter = adapter
    rotary = RotaryEmbedding(
      headDimension: configuration.headDimension,
      theta: configuration.ropeTheta,
      maximumPositions: configuration.maximumPositions,
      scaling: configuration.ropeScaling
    )
    rebuild()
  }

  /// Draws fresh weights: normal with the configured deviation, projections back into the residual
  /// stream scaled by 1/√(2·layers), norms one, biases zero.
  public init(randomlyInitialized configuration: ModelConfiguration, seed: UInt64) {
    let layout = LlamaNames.layout(configuration)
    var values = [Float](repeating: 0, count: layout.count)
    for entry in layout.entries {
      if entry.isVector {
        if entry.name.contains("norm") { for i in entry.range { values[i] = 1 } }
        continue
      }
      let intoResidual = entry.name.contains("o_proj") || entry.name.contains("down_proj")
      let deviation =
        configuration.initializerRange
        / (intoResidual ? Double(2 * configuration.layerCount).squareRoot() : 1)
      var stream = RandomStream(seed: seed, name: "initialize/" + entry.name)
      for i in entry.range { values[i] = Float(stream.normal() * deviation) }
    }
    self.init(
      configuration: configuration,
      parameters: Tensor(values, rows: 1, columns: values.count)
    )
  }

  private mutating func rebuild() {
    blocks = (0..<configuration.layerCount).map {
      Block(
        layer: $0,
        configuration: configuration,
        layout: layout,
        flat: parameters,
        adapter: adapter
      )
    }
  }

  /// A copy with its own memory for weights and adapters.
  public func duplicate() -> LanguageModel {
    LanguageModel(
      configuration: configuration,
      parameters: parameters.duplicate(),
      adapter: adapter.map {
        Adapter(
          configuration: $0.configuration,
          layout: $0.layout,
          parameters: $0.parameters.duplicate()
        )
      }
    )
  }

  /// Number of weights, adapters not counted.
  public var parameterCount: Int { layout.count }

  func block(_ layer: Int) -> LlamaBlock {
    LlamaBlock(weights: blocks[layer], configuration: configuration, rotary: rotary)
  }

  var embeddingTable: Tensor { requiredView(LlamaNames.embedding, in: parameters) }
  var finalNormWeight: Tensor { requiredView(LlamaNames.finalNorm, in: parameters) }
  /// The output projection, (V, C).
  var headWeight: Tensor {
    configuration.tiesEmbeddings
      ? embeddingTable : requiredView(LlamaNames.head, in: parameters)
  }

  func requiredView(_ name: String, in flat: Tensor) -> Tensor {
    guard let view = layout.view(name, in: flat) else {
      preconditionFailure("the layout lacks \(name)")
    }
    return view
  }

  /// The values that training changes: the adapters where there are some, else all weights.
  public var trainable: (layout: ParameterLayout, values: Tensor) {
    adapter.map { ($0.layout, $0.parameters) } ?? (layout, parameters)
  }
}
