import RealignNumerics

/// Per-target results of a pass: one entry for each target of the batch.
public struct TokenStatistics: Sendable {
  /// Natural logarithm of the probability of the target.
  public var logProbabilities: [Float] = []
  /// Entropy of the predicted distribution, nats.
  public var entropies: [Float] = []
  /// The most probable token; ties go to the lowest id.
  public var predicted: [Int32] = []
  /// Mean over the vocabulary of the raw logits, a drift signal that TRL logs.
  public var meanLogits: [Float] = []
  /// log Σ_v p_v² of the predicted distribution; empty unless asked for.
  public var logCollisions: [Double] = []

  mutating func append(_ other: TokenStatistics) {
    logProbabilities += other.logProbabilities
    entropies += other.entropies
    predicted += other.predicted
    meanLogits += other.meanLogits
    logCollisions += other.logCollisions
  }
}

/// Randomness of one training step.
public struct StepRandomness: Sendable {
  /// Seed of the run.
  public let seed: UInt64
  /// A number that differs for every micro-batch of the run.
  public let step: Int

  /// Names the randomness of one micro-batch.
  public init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }
}

extension LanguageModel {
  /// Runs all blocks over a packed batch.
  ///
  /// - Parameters:
  ///   - batch: Rows to compute.
  ///   - activations: Receives what backward needs.
  ///   - randomness: Non-nil in training; draws adapter dropout.
  ///   - observe: Called after each block's attention inputs are known: (layer, state).
  /// - Returns: The residual stream after the last block, (T, C), before the final norm.
  @discardableResult
  func forward(
    _ batch: PackedBatch,
    activations: Activations,
    randomness: StepRandomness? = nil,
    observe: ((Int, Activations.BlockState) -> Void)? = nil
  ) -> Tensor {
    let rows = batch.rowCount
    precondition(rows > 0, "an empty batch")
    let longest = batch.positions.max() ?? 0
    precondition(
      longest < configuration.maximumPositions,
      "position \(longest) in a model of \(configuration.maximumPositions) positions"
    )
    activations.prepare(rows: rows, model: self)
    let room = maskedRoom(rows: rows, activations: activations)
    // Without backward all blocks share one state: its input is refilled from the running stream.
    var state = activations.fresh(0, rows: rows)
    embed(batch.tokens, positions: batch.positions, into: state.input)
    for layer in 0..<configuration.layerCount where weights.failure == nil {
      if layer > 0 {
        let previous = activations.output(
          of: layer - 1,
          rows: rows,
          layerCount: configuration.layerCount
        )
        state = activations.fresh(layer, rows: rows)
        if state.input.buffer !== previous.buffer { state.input.copy(from: previous) }
      }
      let output = activations.output(
        of: layer,
        rows: rows,
        layerCount: configuration.layerCount
      )
      block(layer).forward(
        state: &state,
        batch: batch,
        into: output,
        dropout: dropout(randomness, layer: layer, room: room)
      )
      activations.keep(state, layer: layer)
      observe?(layer, state)
    }
    return activations.final(rows: rows)
  }

  /// Goes with ranks that compute a pass where this one has nothing to compute, so that they can
  /// gather the blocks that are divided; does nothing where none are.
  ///
  /// - Parameter training: Whether backward follows.
  public func accompany(training: Bool) {
    guard let shards = weights.shards else { return }
    for layer in 0..<configuration.layerCount { shards.gather(layer) }
    guard training else { return }
    for layer in (0..<configuration.layerCount).reversed() { shards.gather(layer) }
  }

  /// The dropout of a block's adapters in a step; the same for every call.
  ///
  /// - Parameter room: Of `maskedRoom(rows:activations:)`.
  func dropout(_ randomness: StepRandomness?, layer: Int, room: Tensor) -> DropoutSource? {
    guard let randomness, let adapter, adapter.configuration.dropout > 0 else { return nil }
    return DropoutSource(
      probability: adapter.configuration.dropout,
      seed: randomness.seed,
      step: randomness.step,
      layer: layer,
      room: room
    )
  }

  /// Room for what the adapters of any projection see through dropout.
  func maskedRoom(rows: Int, activations: Activations) -> Tensor {
    activations.masked(rows * (adapter?.widestMaskedInputs ?? 0))
  }

  /// Log-probability, entropy and argmax of every target of a batch.
  ///
  /// - Parameter measuresCollisions: Whether `TokenStatistics.logCollisions` is wanted too.
  public func statistics(
    _ batch: PackedBatch,
    activations: Activations,
    measuresCollisions: Bool = false
  ) -> TokenStatistics {
    let stream = forward(batch, activations: activations)
    return HeadPass(model: self, stream: stream, batch: batch)
      .measure(measuresCollisions: measuresCollisions).statistics
  }

  /// The residual stream after a block at chosen rows, normalised by the final norm when `layer`
  /// is nil; used by probes.
  ///
  /// - Parameters:
  ///   - rows: Rows of the batch.
  ///   - layer: A block, counted from 0, or nil for the final hidden state.
  /// - Returns: (rows.count, C).
  public func hiddenStates(
    _ batch: PackedBatch,
    rows: [Int32],
    layer: Int? = nil,
    activations: Activations
  ) -> Tensor {
    let picked = Tensor(rows: rows.count, columns: configuration.hiddenSize)
    let stream = forward(batch, activations: activations) { index, state in
      if let layer, index == layer {
        Embedding.gather(
          table: activations.output(
            of: index,
            rows: batch.rowCount,
            layerCount: self.configuration.layerCount
          ),
          ids: rows,
          into: picked
        )
      }
    }
    guard layer == nil else { return picked }
    let gathered = Tensor(rows: rows.count, columns: configuration.hiddenSize)
    Embedding.gather(table: stream, ids: rows, into: gathered)
    finalNorm.forward(gathered, into: picked, inverse: Tensor(rows: rows.count, columns: 1))
    return picked
  }
}
