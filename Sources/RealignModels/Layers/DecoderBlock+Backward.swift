import RealignNumerics

extension DecoderBlock {
  /// Turns the output's gradient in `scratch.residual` into the input's.
  ///
  /// - Parameter needsInputGradient: False for the lowest block that trains when nothing below it
  ///   does; the input's gradient is then left unfinished.
  func backward(
    state: Activations.BlockState,
    batch: PackedBatch,
    scratch: Activations.Scratch,
    gradient: BlockGradient,
    needsInputGradient: Bool
  ) {
    backwardFeedForward(state: state, scratch: scratch, gradient: gradient)
    backwardAttention(
      state: state,
      batch: batch,
      scratch: scratch,
      gradient: gradient,
      needsInputGradient: needsInputGradient
    )
  }

  /// The gradient of what a half of the block added to the residual stream, before its own norm.
  private func gradientOfOutput(
    _ norm: Norm?,
    saved: Activations.NormState?,
    scratch: Activations.Scratch,
    into parameters: Norm?
  ) -> Tensor {
    guard let norm, let saved else { return scratch.residual }
    norm.backward(
      gradient: scratch.residual,
      x: saved.input,
      inverse: saved.inverse,
      gradientX: scratch.hidden,
      accumulateX: false,
      into: parameters
    )
    return scratch.hidden
  }

  private func backwardFeedForward(
    state: Activations.BlockState,
    scratch: Activations.Scratch,
    gradient: BlockGradient
  ) {
    applyActivation(state)
    weights.feedForwardOutput.backward(
      gradient: gradientOfOutput(
        weights.feedForwardOutputNorm,
        saved: state.feedForwardOutput,
        scratch: scratch,
        into: gradient.feedForwardOutputNorm
      ),
      x: state.activated,
      state: state.lowRank(3),
      scratch: scratch.reduced[3],
      gradientX: scratch.activated,
      into: gradient.feedForwardOutput
    )
    backwardActivation(state: state, scratch: scratch)
    normalizeMiddle(state)
    weights.feedForwardInput.backward(
      gradient: scratch.gateUp,
      x: state.feedForwardNormed,
      state: state.lowRank(2),
      scratch: scratch.reduced[2],
      gradientX: scratch.hidden,
      into: gradient.feedForwardInput
    )
    weights.feedForwardNorm.backward(
      gradient: scratch.hidden,
      x: state.middle,
      inverse: state.feedForwardInverse,
      gradientX: scratch.residual,
      accumulateX: true,
      into: gradient.feedForwardNorm
    )
  }

  private func backwardActivation(
    state: Activations.BlockState,
    scratch: Activations.Scratch
  ) {
    let (gradient, gateUp, result) = (scratch.activated, state.gateUp, scratch.gateUp)
    switch decoder.feedForward {
    case .swiGLU: SwiGLU.backward(gradient: gradient, gateUp: gateUp, gradientGateUp: result)
    case .geGLU: GeGLU.backward(gradient: gradient, gateUp: gateUp, gradientGateUp: result)
    case .gelu: GELU.backward(gradient: gradient, x: gateUp, gradientX: result)
    }
  }

  private func backwardAttention(
    state: Activations.BlockState,
    batch: PackedBatch,
    scratch: Activations.Scratch,
    gradient: BlockGradient,
    needsInputGradient: Bool
  ) {
    weights.attentionOutput.backward(
      gradient: gradientOfOutput(
        weights.attentionOutputNorm,
        saved: state.attentionOutput,
        scratch: scratch,
        into: gradient.attentionOutputNorm
      ),
      x: state.attended,
      state: state.lowRank(1),
      scratch: scratch.reduced[1],
      gradientX: scratch.attended,
      into: gradient.attentionOutput
    )
    backwardScores(state: state, batch: batch, scratch: scratch)
    backwardHeadNorms(state: state, scratch: scratch, gradient: gradient)
    normalizeInput(state)
    weights.attentionInput.backward(
      gradient: scratch.fused,
      x: state.attentionNormed,
      state: state.lowRank(0),
      scratch: scratch.reduced[0],
      gradientX: needsInputGradient ? scratch.hidden : nil,
      into: gradient.attentionInput
    )
    guard needsInputGradient else { return }
    weights.attentionNorm.backward(
      gradient: scratch.hidden,
      x: state.input,
      inverse: state.attentionInverse,
      gradientX: scratch.residual,
      accumulateX: true,
      into: gradient.attentionNorm
    )
  }

  /// From the gradient of the weighted values to that of queries, keys and values before rotation.
  private func backwardScores(
    state: Activations.BlockState,
    batch: PackedBatch,
    scratch: Activations.Scratch
  ) {
    let (query, key, value) = split(state.fused)
    let (gradientQuery, gradientKey, gradientValue) = split(scratch.fused)
    CausalAttention.backward(
      gradient: scratch.attended,
      query: query,
      key: key,
      value: value,
      out: state.attended,
      logSumExp: state.logSumExp,
      segments: batch.segments,
      heads: configuration.headCount,
      keyValueHeads: configuration.keyValueHeadCount,
      options: attention,
      gradientQuery: gradientQuery,
      gradientKey: gradientKey,
      gradientValue: gradientValue
    )
    guard let rotary else { return }
    rotary.apply(to: gradientQuery, positions: batch.positions, inverse: true)
    rotary.apply(to: gradientKey, positions: batch.positions, inverse: true)
  }

  private func backwardHeadNorms(
    state: Activations.BlockState,
    scratch: Activations.Scratch,
    gradient: BlockGradient
  ) {
    guard let norms = weights.headNorms, let heads = state.heads,
      let normedGradient = scratch.heads
    else { return }
    normedGradient.copy(from: scratch.fused.columns(0..<normedGradient.columns))
    norms.backward(
      gradient: normedGradient,
      raw: heads.input,
      inverse: heads.inverse,
      gradientRaw: scratch.fused,
      into: gradient.headNorms,
      configuration: configuration
    )
  }
}
