import RealignNumerics

/// Flat gradients beside the parameters; nil parts are frozen.
///
/// Parameter gradients accumulate (`+=`) over micro-batches until `clear()`.
public final class Gradients: Sendable {
  /// Gradients of the base weights, in the model's layout.
  public let base: Tensor?
  /// Gradients of the adapters, in the adapter's layout.
  public let adapter: Tensor?

  /// Gradients for what the model trains: its adapters if it has some, else all weights.
  ///
  /// - Precondition: Weights that are trained are kept in single precision.
  public init(for model: LanguageModel) {
    if let adapter = model.adapter {
      base = nil
      self.adapter = Tensor(rows: 1, columns: adapter.layout.count)
    } else {
      precondition(model.weights.type == .f32, "weights in \(model.weights.type) do not train")
      base = Tensor(rows: 1, columns: model.layout.count)
      adapter = nil
    }
  }

  /// The gradients of `LanguageModel.trainable`.
  public var trainable: Tensor {
    guard let values = adapter ?? base else { preconditionFailure("no gradients") }
    return values
  }

  /// Sets all to zero.
  public func clear() {
    base?.fill(0)
    adapter?.fill(0)
  }
}

extension LanguageModel {
  /// Forward, loss, backward: `loss` turns log-probabilities into their gradient.
  ///
  /// Coefficients that depend on the log-probabilities (preferences) cost a second projection of
  /// the target rows where their logits are too many to be kept; the blocks run once.
  ///
  /// - Parameters:
  ///   - batch: Rows and targets.
  ///   - gradients: Receives the gradients, added to what is there.
  ///   - activations: Reused between steps.
  ///   - randomness: Draws adapter dropout.
  ///   - measuresCollisions: Whether `loss` is given `TokenStatistics.logCollisions`.
  ///   - loss: Given the statistics of every target; returns dLoss / dlog-probability of each.
  public func trainStep(
    _ batch: PackedBatch,
    gradients: Gradients,
    activations: Activations,
    randomness: StepRandomness?,
    measuresCollisions: Bool = false,
    loss: (TokenStatistics) -> [Float]
  ) -> TokenStatistics {
    let stream = forward(batch, activations: activations, randomness: randomness)
    let head = HeadPass(model: self, stream: stream, batch: batch)
    let measured = head.measure(measuresCollisions: measuresCollisions, keepsLogits: true)
    let coefficients = loss(measured.statistics)
    backward(
      head: head,
      batch: batch,
      coefficients: coefficients,
      measured: measured,
      gradients: gradients,
      activations: activations,
      randomness: randomness
    )
    return measured.statistics
  }

  /// Forward and backward when coefficients are constants: one projection of the target rows.
  public func supervisedStep(
    _ batch: PackedBatch,
    coefficients: [Float],
    gradients: Gradients,
    activations: Activations,
    randomness: StepRandomness?
  ) -> TokenStatistics {
    let stream = forward(batch, activations: activations, randomness: randomness)
    let head = HeadPass(model: self, stream: stream, batch: batch)
    return backward(
      head: head,
      batch: batch,
      coefficients: coefficients,
      gradients: gradients,
      activations: activations,
      randomness: randomness
    )
  }

  @discardableResult
  private func backward(
    head: HeadPass,
    batch: PackedBatch,
    coefficients: [Float],
    measured: HeadPass.Measurement? = nil,
    gradients: Gradients,
    activations: Activations,
    randomness: StepRandomness?
  ) -> TokenStatistics {
    let rows = batch.rowCount
    let residual = activations.scratch(0, rows: rows).residual
    let statistics = head.backward(
      coefficients: coefficients,
      measured: measured,
      gradientStream: residual,
      gradients: gradients
    )
    let trainsBelow = gradients.base != nil || adapter?.plan.trainsFirstInput == true
    for layer in (0..<configuration.layerCount).reversed() where weights.failure == nil {
      let gradient = BlockGradient(
        layer: layer,
        model: self,
        base: gradients.base,
        adapter: gradients.adapter
      )
      block(layer).backward(
        state: state(of: layer, batch: batch, activations: activations, randomness: randomness),
        batch: batch,
        scratch: activations.scratch(layer, rows: rows),
        gradient: gradient,
        needsInputGradient: layer > 0 || trainsBelow
      )
    }
    if trainsBelow {
      embedBackward(
        residual,
        tokens: batch.tokens,
        positions: batch.positions,
        into: gradients
      )
    }
    return statistics
  }

  /// What the forward pass left of a block, or what it leaves when it is run again.
  private func state(
    of layer: Int,
    batch: PackedBatch,
    activations: Activations,
    randomness: StepRandomness?
  ) -> Activations.BlockState {
    // The last block's state is still there.
    guard activations.recomputes, layer + 1 < configuration.layerCount else {
      return activations.state(layer, rows: batch.rowCount)
    }
    var state = activations.fresh(layer, rows: batch.rowCount)
    block(layer).recompute(
      state: &state,
      batch: batch,
      scratch: activations.final(rows: batch.rowCount),
      dropout: dropout(
        randomness,
        layer: layer,
        room: maskedRoom(rows: batch.rowCount, activations: activations)
      )
    )
    return state
  }

  /// Exact full-vocabulary KL(self ‖ reference) at each target of a batch, nats.
  ///
  /// - Parameters:
  ///   - reference: A model with the same vocabulary.
  ///   - activations: Scratch for both, policy first; without backward state.
  public func divergence(
    from reference: LanguageModel,
    on batch: PackedBatch,
    activations: (policy: Activations, reference: Activations)
  ) -> [Double] {
    let policy = HeadPass(
      model: self,
      stream: forward(batch, activations: activations.policy),
      batch: batch
    )
    let other = HeadPass(
      model: reference,
      stream: reference.forward(batch, activations: activations.reference),
      batch: batch
    )
    return HeadPass.divergence(policy: policy, reference: other)
  }
}
