import RealignNumerics

/// Bytes that a model and its passes take, from sizes alone.
///
/// The counts follow the allocations of the layers tensor by tensor, for every family; what is
/// left out (packed parts of products, tiles of attention, what DoRA computes on the way) is a few
/// megabytes per thread.
public struct MemoryNeeds: Sendable {
  private let configuration: ModelConfiguration
  private let decoder: DecoderDescription
  private let layout: ParameterLayout
  private let adapter: Adapter?

  /// The needs of a model without an adapter.
  public init(_ configuration: ModelConfiguration) { self.init(configuration, adapter: nil) }

  /// The needs of a model with its adapter.
  public init(_ model: LanguageModel) { self.init(model.configuration, adapter: model.adapter) }

  private init(_ configuration: ModelConfiguration, adapter: Adapter?) {
    self.configuration = configuration
    decoder = configuration.decoder
    layout = decoder.layout(configuration)
    self.adapter = adapter
  }

  /// The weights without adapters, kept in a type.
  ///
  /// - Parameters:
  ///   - type: How matrices are kept.
  ///   - ranks: Over how many ranks the matrices of the blocks are divided.
  public func weights(_ type: ScalarType, ranks: Int = 1) -> Int {
    let whole = BaseWeights.byteCount(layout, type: type)
    guard ranks > 1 else { return whole }
    let blocks = decoder.blockMatrices(configuration)
    return whole - blocks.reduce(0) { $0 + BaseWeights.byteCount($1, type: type) }
      + BlockShards.byteCount(blocks, type: type, ranks: ranks)
  }

  /// Number of weights, adapters not counted.
  public var parameterCount: Int { layout.count }

  /// Keys and values of sequences that are decoded at the same time, positions that no block sees
  /// any more not counted.
  ///
  /// - Parameters:
  ///   - sequences: Sequences at the same time.
  ///   - positions: Most positions of one, prompt and response together.
  public func cache(sequences: Int, positions: Int) -> Int {
    let c = configuration
    let capacity = min(positions, c.maximumPositions)
    let kept = decoder.layers.reduce(0) { $0 + KeyValueCache.kept($1, capacity: capacity) }
    return 4 * 2 * kept * sequences * c.keyValueWidth
  }

  /// What a pass is made for.
  public enum Purpose: Sendable {
    /// Log-probabilities alone: the blocks share one state.
    case inference
    /// Gradients, with the states of all blocks kept or, where it recomputes, their inputs.
    case training(recomputes: Bool = false)
  }

  /// One pass over packed rows, the vocabulary projection included.
  ///
  /// - Parameters:
  ///   - rows: Packed tokens.
  ///   - targets: Tokens of those whose logits are asked for.
  ///   - purpose: What is kept for backward.
  public func pass(rows: Int, targets: Int, for purpose: Purpose) -> Int {
    4 * (activations(rows: rows, for: purpose) + head(targets: targets, for: purpose))
  }

  /// Floats of `Activations`, of dropout and of the embeddings' shift.
  ///
  /// The scratch of backward is allocated for every pass but takes no memory while untouched.
  func activations(rows: Int, for purpose: Purpose) -> Int {
    let c = configuration
    let blocks = adapted.map { Self.reducedWidth($0) + decomposedWidth($0) + droppedWidth($0) }
    var training = false
    let states: Int
    switch purpose {
    case .inference: states = stateWidth + widestReduced
    case .training(recomputes: false):
      states = c.layerCount * stateWidth + blocks.reduce(0, +)
      training = true
    case .training(recomputes: true):
      states = (c.layerCount - 1) * c.hiddenSize + stateWidth + (blocks.max() ?? 0)
      training = true
    }
    let shift = decoder.names.positions == nil ? 0 : c.hiddenSize
    let scratch = training ? scratchWidth : 0
    let masked = training ? adapter?.widestMaskedInputs ?? 0 : 0
    let shared = c.hiddenSize + c.intermediateSize
    return rows * (states + shared + scratch + c.hiddenSize + shift + masked)
  }

  private var feedForwardWidth: Int { decoder.feedForwardWidth(configuration) }

  /// Queries and keys of a row before their norms, where those exist.
  private var headsWidth: Int {
    decoder.normalizesHeads ? configuration.queryWidth + configuration.keyValueWidth : 0
  }

  /// Floats per row of what one block keeps.
  private var stateWidth: Int {
    let c = configuration
    let heads = decoder.normalizesHeads ? headsWidth + c.headCount + c.keyValueHeadCount : 0
    let outputs = decoder.normalizesOutputs ? 2 * (c.hiddenSize + 1) : 0
    return 2 * c.hiddenSize + 2 + c.attentionWidth + heads + c.queryWidth + c.headCount + outputs
      + feedForwardWidth
  }

  /// Floats per row of the scratch.
  private var scratchWidth: Int {
    let c = configuration
    return 2 * c.hiddenSize + c.attentionWidth + headsWidth + c.queryWidth + feedForwardWidth
      + c.intermediateSize + widestReduced
  }

  /// The adapters of each block.
  private var adapted: [[AdapterPlan.Placement]] {
    adapter?.plan.placements.map { Array($0.joined()) } ?? []
  }

  private static func reducedWidth(_ block: [AdapterPlan.Placement]) -> Int {
    block.reduce(0) { $0 + $1.rank }
  }

  private var widestReduced: Int { adapted.map(Self.reducedWidth).max() ?? 0 }

  /// What magnitudes of a block that are trained apart keep: the product of every output.
  private func decomposedWidth(_ block: [AdapterPlan.Placement]) -> Int {
    adapter?.plan.usesWeightDecomposition == true
      ? block.reduce(0) { $0 + $1.outputs.count } : 0
  }

  /// The mask of each adapter of a block.
  private func droppedWidth(_ block: [AdapterPlan.Placement]) -> Int {
    (adapter?.configuration.dropout ?? 0) > 0
      ? block.reduce(0) { $0 + DropoutMask.words(columns: $1.inputs) } : 0
  }

  /// Floats of the vocabulary projection.
  private func head(targets: Int, for purpose: Purpose) -> Int {
    var training = true
    if case .inference = purpose { training = false }
    let c = configuration
    let isKept = training && targets * c.vocabularySize <= HeadPass.keptLogits
    let block =
      isKept ? targets : min(HeadPass.blockRows(vocabulary: c.vocabularySize), max(targets, 1))
    let copies = training && decoder.finalSoftCap != nil ? 2 : 1
    return targets * ((training ? 4 : 2) * c.hiddenSize + 1) + copies * block * c.vocabularySize
  }
}
