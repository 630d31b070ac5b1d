import RealignNumerics

/// One pre-norm block: `m = x + Attention(norm(x))`, `y = m + SwiGLU(norm(m))`.
///
/// Forward and backward stand together; backward takes the gradient of `y` in the residual scratch
/// and leaves the gradient of `x` there.
struct LlamaBlock {
  let weights: Block
  let configuration: ModelConfiguration
  let rotary: RotaryEmbedding

  /// Reads `state.input`, fills `state`, writes the block's output.
  func forward(
    state: inout Activations.BlockState,
    batch: PackedBatch,
    into output: Tensor,
    dropout: DropoutSource?
  ) {
    project(state: &state, positions: batch.positions, dropout: dropout)
    let (query, key, value) = split(state.fused)
    CausalAttention.forward(
      query: query,
      key: key,
      value: value,
      segments: batch.segments,
      heads: configuration.headCount,
      keyValueHeads: configuration.keyValueHeadCount,
      into: state.attended,
      logSumExp: state.logSumExp
    )
    finishAttention(state: &state, dropout: dropout)
    feedForward(state: &state, into: output, dropout: dropout)
  }

  /// Norm, fused projection and rotation: everything before scores.
  func project(
    state: inout Activations.BlockState,
    positions: [Int32],
    dropout: DropoutSource?
  ) {
    RMSNorm.forward(
      state.input,
      weight: weights.attentionNorm,
      epsilon: configuration.normEpsilon,
      into: state.attentionNormed,
      inverseRMS: state.attentionInverseRMS
    )
    state.dropouts[0] = dropout?.draw(
      for: state.attentionNormed,
      of: weights.attentionInput,
      projection: 0
    )
    weights.attentionInput.forward(
      state.attentionNormed,
      into: state.fused,
      reduced: state.reduced[0],
      adapterInputs: state.dropouts[0]?.inputs
    )
    let (query, key, _) = split(state.fused)
    rotary.apply(to: query, positions: positions)
    rotary.apply(to: key, positions: positions)
  }

  /// Output projection and residual: everything after the weighted values.
  func finishAttention(state: inout Activations.BlockState, dropout: DropoutSource?) {
    state.dropouts[1] = dropout?.draw(
      for: state.attended,
      of: weights.attentionOutput,
      projection: 1
    )
    weights.attentionOutput.forward(
      state.attended,
      into: state.middle,
      reduced: state.reduced[1],
      adapterInputs: state.dropouts[1]?.inputs
    )
    state.middle.add(state.input)
  }

  /// The second half, from `state.middle` to the output.
  func feedForward(
    state: inout Activations.BlockState,
    into output: Tensor,
    dropout: DropoutSource?
  ) {
    RMSNorm.forward(
      state.middle,
      weight: weights.feedForwardNorm,
      epsilon: configuration.normEpsilon,
      into: state.feedForwardNormed,
      inverseRMS: state.feedForwardInverseRMS
    )
    state.dropouts[2] = dropout?.draw(
      for: state.feedForwardNormed,
      of: weights.feedForwardInput,
      projection: 2
    )
    weights.feedForwardInput.forward(
      state.feedForwardNormed,
      into: state.gateUp,
      reduced: state.reduced[2],
      adapterInputs: state.dropouts[2]?.inputs
    )
    SwiGLU.forward(gateUp: state.gateUp, into: state.activated)
    state.dropouts[3] = dropout?.draw(
      for: state.activated,
      of: weights.feedForwardOutput,
      projection: 3
    )
    weights.feedForwardOutput.forward(
      state.activated,
      into: output,
      reduced: state.reduced[3],
      adapterInputs: state.dropouts[3]?.inputs
    )
    output.add(state.middle)
  }

  /// The query, key and value columns of the fused projection.
  func split(_ fused: Tensor) -> (query: Tensor, key: Tensor, value: Tensor) {
    let q = configuration.queryWidth
    let k = configuration.keyValueWidth
    return (
      fused.columns(0..<q), fused.columns(q..<q + k), fused.columns(q + k..<q + 2 * k)
    )
  }

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

  private func backwardFeedForward(
    state: Activations.BlockState,
    scratch: Activations.Scratch,
    gradient: BlockGradient
  ) {
    weights.feedForwardOutput.backward(
      gradient: scratch.residual,
      x: state.activated,
      reduced: state.reduced[3],
      scratch: scratch.reduced[3],
      gradientX: scratch.activated,
      into: gradient.feedForwardOutput,
      dropout: state.dropouts[3]
    )
    SwiGLU.backward(
      gradient: scratch.activated,
      gateUp: state.gateUp,
      gradientGateUp: scratch.gateUp
    )
    weights.feedForwardInput.backward(
      gradient: scratch.gateUp,
      x: state.feedForwardNormed,
      reduced: state.reduced[2],
      scratch: scratch.reduced[2],
      gradientX: scratch.hidden,
      into: gradient.feedForwardInput,
      dropout: state.dropouts[2]
    )
    RMSNorm.backward(
      gradient: scratch.hidden,
      x: state.middle,
      weight: weights.feedForwardNorm,
      inverseRMS: state.feedForwardInverseRMS,
      gradientX: scratch.residual,
      accumulateX: true,
      gradientWeight: gradient.feedForwardNorm
    )
  }

  private func backwardAttention(
    state: Activations.BlockState,
    batch: PackedBatch,
    scratch: Activations.Scratch,
    gradient: BlockGradient,
    needsInputGradient: Bool
  ) {
    weights.attentionOutput.backward(
      gradient: scratch.residual,
      x: state.attended,
      reduced: state.reduced[1],
      scratch: scratch.reduced[1],
      gradientX: scratch.attended,
      into: gradient.attentionOutput,
      dropout: state.dropouts[1]
    )
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
      gradientQuery: gradientQuery,
      gradientKey: gradientKey,
      gradientValue: gradientValue
    )
    rotary.apply(to: gradientQuery, positions: batch.positions, inverse: true)
    rotary.apply(to: gradientKey, positions: batch.positions, inverse: true)
    weights.attentionInput.backward(
      gradient: scratch.fused,
      x: state.attentionNormed,
      reduced: state.reduced[0],
      scratch: scratch.reduced[0],
      gradientX: needsInputGradient ? scratch.hidden : nil,
      into: gradient.attentionInput,
      dropout: state.dropouts[0]
    )
    guard needsInputGradient else { return }
    RMSNorm.backward(
      gradient: scratch.hidden,
      x: state.input,
      weight: weights.attentionNorm,
      inverseRMS: state.attentionInverseRMS,
      gradientX: scratch.residual,
      accumulateX: true,
      gradientWeight: gradient.attentionNorm
    )
  }
}
