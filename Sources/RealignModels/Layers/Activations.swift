import RealignNumerics

/// What a forward pass keeps for backward, and the scratch both share.
///
/// Allocated for the largest batch seen and reused, so a training loop allocates only while its
/// batches still grow. With recomputation only the inputs of the blocks are kept, and backward
/// computes the rest of each block again before it needs it (Chen and others 2016, arXiv
/// 1604.06174, section 4.1, with one segment for each block). Shapes: T rows, C hidden, F intermediate, A = (H + 2K)·D; G is 2F where the
/// feed-forward layer is gated, else F.
public final class Activations: @unchecked Sendable {
  /// What a normalisation needs for backward.
  struct NormState {
    let input: Tensor  // (T, columns)
    let inverse: Tensor  // (T, one per normalised group of columns)

    func rows(_ range: Range<Int>) -> NormState {
      NormState(input: input.rows(range), inverse: inverse.rows(range))
    }
  }

  /// Kept per block, but for what backward computes again from what is kept: writing it to main
  /// memory and reading it would take longer.
  struct BlockState {
    let input: Tensor  // (T, C) residual stream before the block
    let attentionNormed: Tensor  // (T, C), shared
    let attentionInverse: Tensor  // (T, 1)
    let fused: Tensor  // (T, A) query, key, value after rotation
    let heads: NormState?  // ((T, (H + K)·D), (T, H + K)) query, key before their norms
    let attended: Tensor  // (T, H·D)
    let logSumExp: Tensor  // (T, H)
    let attentionOutput: NormState?  // ((T, C), (T, 1)) before its norm
    let middle: Tensor  // (T, C) residual stream after attention
    let feedForwardNormed: Tensor  // (T, C), shared
    let feedForwardInverse: Tensor  // (T, 1)
    let gateUp: Tensor  // (T, G)
    let activated: Tensor  // (T, F), shared
    let feedForwardOutput: NormState?  // ((T, C), (T, 1)) before its norm
    var reduced: [[Tensor]]  // per fused projection and adapter (T, r)
    var dropouts: [LowRankDropout?]
    var decompositions: [[WeightDecomposition?]]  // per fused projection and adapter

    /// What is kept of the adapters of a fused projection.
    func lowRank(_ projection: Int) -> Linear.LowRankState {
      Linear.LowRankState(
        reduced: reduced[projection],
        dropout: dropouts[projection],
        decompositions: decompositions[projection]
      )
    }
  }

  /// Scratch of the backward pass and of block outputs.
  struct Scratch {
    let residual: Tensor  // (T, C) running gradient of the residual stream
    let hidden: Tensor  // (T, C)
    let fused: Tensor  // (T, A)
    let heads: Tensor?  // (T, (H + K)·D)
    let attended: Tensor  // (T, H·D)
    let gateUp: Tensor  // (T, G)
    let activated: Tensor  // (T, F)
    var reduced: [[Tensor]]
  }

  private(set) var capacity = 0
  private var inputs: [Tensor] = []  // per block, or one for all of them
  private var blockStates: [BlockState] = []
  private var scratchState: Scratch?
  private var reducedRooms: [[Tensor]] = []  // per block state and fused projection
  private var reducedScratch: [Tensor] = []
  private var finalStorage: Tensor?
  private var maskedRoom = Tensor(rows: 1, columns: 0)
  private var ranks: [[[Int]]] = []  // per block, fused projection and adapter
  private let training: Bool
  /// Whether backward computes the states of the blocks again.
  let recomputes: Bool

  /// - Parameters:
  ///   - training: Whether backward will follow; if not, all blocks share one state.
  ///   - recomputes: Whether backward computes the states of the blocks again instead of finding
  ///     all of them in memory; the results have the same bits.
  public init(training: Bool = true, recomputes: Bool = false) {
    self.training = training
    self.recomputes = training && recomputes
  }

  /// Whether every block has a state of its own.
  private var keepsAll: Bool { training && !recomputes }

  /// Makes room for `rows` rows of a model.
  func prepare(rows: Int, model: LanguageModel) {
    let modelRanks = model.blocks.map { $0.linears.map { $0.adapters.map { $0.a.rows } } }
    if rows <= capacity && ranks == modelRanks { return }
    capacity = max(rows, capacity)
    ranks = modelRanks
    let c = model.configuration
    let stateCount = keepsAll ? c.layerCount : 1
    // The smaller ones are let go first, so that both are never in memory.
    (inputs, blockStates, reducedRooms, reducedScratch) = ([], [], [], [])
    (scratchState, finalStorage) = (nil, nil)
    inputs = (0..<(training ? c.layerCount : 1)).map { _ in
      Tensor(rows: capacity, columns: c.hiddenSize)
    }
    let normed = Tensor(rows: capacity, columns: c.hiddenSize)
    let activated = Tensor(rows: capacity, columns: c.intermediateSize)
    blockStates = (0..<stateCount).map {
      makeState(c, model.decoder, input: inputs[$0], normed: normed, activated: activated)
    }
    reducedRooms = (0..<stateCount).map { makeReduced(layer: keepsAll ? $0 : nil) }
    reducedScratch = makeReduced(layer: nil)
    scratchState = makeScratch(c, model.decoder)
    finalStorage = Tensor(rows: capacity, columns: c.hiddenSize)
  }

  /// Room for x Aᵀ of every fused projection: of one block, or of any block when `layer` is nil.
  private func makeReduced(layer: Int?) -> [Tensor] {
    let layers = layer.map { [ranks[$0]] } ?? ranks
    return (0..<(layers.first?.count ?? 0)).map { projection in
      let widest = layers.map { $0[projection].reduce(0, +) }.max() ?? 0
      return Tensor(rows: 1, columns: capacity * widest)
    }
  }

  /// The parts of that room for the adapters of a block, (rows, rank) each, side by side.
  private func cut(_ reduced: [Tensor], layer: Int, rows: Int) -> [[Tensor]] {
    zip(reduced, ranks[layer]).map { room, ranks in
      let width = ranks.reduce(0, +)
      let all = room.slice(0..<rows * width).reshaped(rows: rows, columns: width)
      var start = 0
      return ranks.map { rank in
        defer { start += rank }
        return all.columns(start..<start + rank)
      }
    }
  }

  private func makeState(
    _ c: ModelConfiguration,
    _ decoder: DecoderDescription,
    input: Tensor,
    normed: Tensor,
    activated: Tensor
  ) -> BlockState {
    func make(_ columns: Int) -> Tensor { Tensor(rows: capacity, columns: columns) }
    func makeNorm(_ columns: Int, groups: Int = 1, when used: Bool) -> NormState? {
      used ? NormState(input: make(columns), inverse: make(groups)) : nil
    }
    return BlockState(
      input: input,
      attentionNormed: normed,
      attentionInverse: make(1),
      fused: make(c.attentionWidth),
      heads: makeNorm(
        c.queryWidth + c.keyValueWidth,
        groups: c.headCount + c.keyValueHeadCount,
        when: decoder.normalizesHeads
      ),
      attended: make(c.queryWidth),
      logSumExp: make(c.headCount),
      attentionOutput: makeNorm(c.hiddenSize, when: decoder.normalizesOutputs),
      middle: make(c.hiddenSize),
      feedForwardNormed: normed,
      feedForwardInverse: make(1),
      gateUp: make(decoder.feedForwardWidth(c)),
      activated: activated,
      feedForwardOutput: makeNorm(c.hiddenSize, when: decoder.normalizesOutputs),
      reduced: [],
      dropouts: Self.noDropouts,
      decompositions: Self.noDecompositions
    )
  }

  private func makeScratch(_ c: ModelConfiguration, _ decoder: DecoderDescription) -> Scratch {
    func make(_ columns: Int) -> Tensor { Tensor(rows: capacity, columns: columns) }
    return Scratch(
      residual: make(c.hiddenSize),
      hidden: make(c.hiddenSize),
      fused: make(c.attentionWidth),
      heads: decoder.normalizesHeads ? make(c.queryWidth + c.keyValueWidth) : nil,
      attended: make(c.queryWidth),
      gateUp: make(decoder.feedForwardWidth(c)),
      activated: make(c.intermediateSize),
      reduced: []
    )
  }

  /// The state of a block that is about to be computed, cut to `rows` rows; what was kept of an
  /// earlier pass is let go.
  func fresh(_ layer: Int, rows: Int) -> BlockState {
    keep(dropouts: Self.noDropouts, decompositions: Self.noDecompositions, layer: layer)
    return state(layer, rows: rows)
  }

  private static let noDropouts = [LowRankDropout?](repeating: nil, count: 4)
  private static let noDecompositions = [[WeightDecomposition?]](repeating: [], count: 4)

  /// The state of a block, cut to `rows` rows; with recomputation that of the block computed last.
  func state(_ layer: Int, rows: Int) -> BlockState {
    let s = blockStates[keepsAll ? layer : 0]
    let r = 0..<rows
    return BlockState(
      input: inputs[training ? layer : 0].rows(r),
      attentionNormed: s.attentionNormed.rows(r),
      attentionInverse: s.attentionInverse.rows(r),
      fused: s.fused.rows(r),
      heads: s.heads?.rows(r),
      attended: s.attended.rows(r),
      logSumExp: s.logSumExp.rows(r),
      attentionOutput: s.attentionOutput?.rows(r),
      middle: s.middle.rows(r),
      feedForwardNormed: s.feedForwardNormed.rows(r),
      feedForwardInverse: s.feedForwardInverse.rows(r),
      gateUp: s.gateUp.rows(r),
      activated: s.activated.rows(r),
      feedForwardOutput: s.feedForwardOutput?.rows(r),
      reduced: cut(reducedRooms[keepsAll ? layer : 0], layer: layer, rows: rows),
      dropouts: s.dropouts,
      decompositions: s.decompositions
    )
  }

  /// Keeps the dropout masks and the decomposed products of a block for its backward pass.
  func keep(_ state: BlockState, layer: Int) {
    guard training else { return }
    keep(dropouts: state.dropouts, decompositions: state.decompositions, layer: layer)
  }

  private func keep(
    dropouts: [LowRankDropout?],
    decompositions: [[WeightDecomposition?]],
    layer: Int
  ) {
    let index = keepsAll ? layer : 0
    blockStates[index].dropouts = dropouts
    blockStates[index].decompositions = decompositions
  }

  /// The scratch for a block, cut to `rows` rows.
  func scratch(_ layer: Int, rows: Int) -> Scratch {
    guard let s = scratchState else { preconditionFailure("prepare first") }
    let r = 0..<rows
    return Scratch(
      residual: s.residual.rows(r),
      hidden: s.hidden.rows(r),
      fused: s.fused.rows(r),
      heads: s.heads?.rows(r),
      attended: s.attended.rows(r),
      gateUp: s.gateUp.rows(r),
      activated: s.activated.rows(r),
      reduced: cut(reducedScratch, layer: layer, rows: rows)
    )
  }

  /// Room for what the adapters of one projection see through dropout, 1 row of `count`.
  func masked(_ count: Int) -> Tensor {
    if maskedRoom.count < count { maskedRoom = Tensor(rows: 1, columns: count) }
    return maskedRoom
  }

  /// The residual stream after the last block, (rows, C).
  func final(rows: Int) -> Tensor {
    guard let finalStorage else { preconditionFailure("prepare first") }
    return finalStorage.rows(0..<rows)
  }

  /// Where block `layer` writes its output: the next block's input, or the final stream.
  func output(of layer: Int, rows: Int, layerCount: Int) -> Tensor {
    if layer + 1 == layerCount { return final(rows: rows) }
    return training ? inputs[layer + 1].rows(0..<rows) : final(rows: rows)
  }
}
