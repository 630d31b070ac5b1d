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
  /// The weights without adapters.
  public let weights: BaseWeights
  /// Low-rank adapters on top of the weights.
  public var adapter: Adapter? { didSet { rebuild() } }
  private(set) var blocks: [Block] = []
  /// What the decoder is made of.
  let decoder: DecoderDescription
  private let rotaries: [RotaryEmbedding?]

  /// Wraps parameters that lie in the architecture's layout.
  public init(configuration: ModelConfiguration, parameters: Tensor, adapter: Adapter? = nil) {
    let layout = configuration.decoder.layout(configuration)
    self.init(
      configuration: configuration,
      weights: BaseWeights(layout: layout, values: parameters),
      adapter: adapter
    )
  }

  /// Joins weights, in single or half precision, with an adapter.
  ///
  /// - Precondition: The weights lie in the architecture's layout.
  public init(configuration: ModelConfiguration, weights: BaseWeights, adapter: Adapter? = nil) {
    self.configuration = configuration
    decoder = configuration.decoder
    layout = decoder.layout(configuration)
    precondition(
      weights.layout == layout,
      "weights of another layout: \(weights.layout.count) for \(layout.count) parameters"
    )
    self.weights = weights
    self.adapter = adapter
    rotaries = Self.rotaries(decoder, configuration)
    rebuild()
  }

  /// Draws fresh weights: normal with the configured deviation, projections back into the residual
  /// stream scaled by 1/√(2·layers), norms the identity, biases zero.
  public init(randomlyInitialized configuration: ModelConfiguration, seed: UInt64) {
    let decoder = configuration.decoder
    let layout = decoder.layout(configuration)
    var values = [Float](repeating: 0, count: layout.count)
    for entry in layout.entries {
      if entry.isVector {
        // The only vectors called weight are those of norms.
        let isIdentity = decoder.normalization != .rootMeanSquareAroundOne
        if isIdentity, entry.name.hasSuffix(".weight") {
          for i in entry.range { values[i] = 1 }
        }
        continue
      }
      let deviation =
        configuration.initializerRange
        / (decoder.names.entersResidual(entry.name)
          ? Double(2 * configuration.layerCount).squareRoot() : 1)
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
        decoder: decoder,
        weights: weights,
        adapter: adapter
      )
    }
  }

  /// All weights, 1 x `layout.count`, in single precision.
  ///
  /// - Precondition: They are kept in single precision; `weights` holds them in any.
  public var parameters: Tensor { weights.values }

  /// The same model with its weights kept in another precision, the adapter shared.
  public func with(baseType: ScalarType) -> LanguageModel {
    guard baseType != weights.type else { return self }
    return LanguageModel(
      configuration: configuration,
      weights: weights.converted(to: baseType),
      adapter: adapter
    )
  }

  /// A copy with its own memory for weights and adapters.
  public func duplicate() -> LanguageModel {
    LanguageModel(
      configuration: configuration,
      weights: weights.duplicate(),
      adapter: adapter.map { $0.over($0.parameters.duplicate()) }
    )
  }

  /// The same for passes between which no weight changes: norms that DoRA needs are computed once.
  func fixingNorms() -> LanguageModel {
    guard adapter?.configuration.usesWeightDecomposition == true else { return self }
    var result = self
    result.blocks = blocks.enumerated().map { layer, block in
      weights.shards?.gather(layer)
      return block.fixingNorms()
    }
    return result
  }

  /// Number of weights, adapters not counted.
  public var parameterCount: Int { layout.count }

  /// A block that is about to compute.
  func block(_ layer: Int) -> DecoderBlock {
    weights.shards?.gather(layer)
    return DecoderBlock(
      weights: blocks[layer],
      configuration: configuration,
      decoder: decoder,
      attention: decoder.layers[layer].attention,
      rotary: rotaries[layer]
    )
  }

  /// One table for each kind of rotation, handed to the blocks that use it.
  private static func rotaries(
    _ decoder: DecoderDescription,
    _ configuration: ModelConfiguration
  ) -> [RotaryEmbedding?] {
    var made: [(rotation: DecoderDescription.Rotation, table: RotaryEmbedding)] = []
    return decoder.layers.map { layer in
      guard let rotation = layer.rotation else { return nil }
      if let known = made.first(where: { $0.rotation == rotation }) { return known.table }
      let table = RotaryEmbedding(
        headDimension: configuration.headDimension,
        theta: rotation.theta,
        maximumPositions: configuration.maximumPositions,
        scaling: rotation.scaling
      )
      made.append((rotation, table))
      return table
    }
  }

  func requiredView(_ name: String, in flat: Tensor) -> Tensor {
    guard let view = layout.view(name, in: flat) else {
      preconditionFailure("the layout lacks \(name)")
    }
    return view
  }

  func requiredWeight(_ name: String) -> WeightMatrix {
    guard let weight = weights[name] else { preconditionFailure("the layout lacks \(name)") }
    return weight
  }

  /// The values that training changes: the adapters where there are some, else all weights.
  public var trainable: (layout: ParameterLayout, values: Tensor) {
    adapter.map { ($0.layout, $0.parameters) } ?? (layout, parameters)
  }
}
