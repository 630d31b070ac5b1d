import RealignNumerics

/// One pre-norm block: `m = x + Attention(norm(x))`, `y = m + FeedForward(norm(m))`.
///
/// What attention and feed-forward are made of, and whether each is normalised once more before it
/// joins the residual stream, is the decoder's description. The backward pass is in
/// `DecoderBlock+Backward.swift`.
struct DecoderBlock {
  let weights: Block
  let configuration: ModelConfiguration
  let decoder: DecoderDescription
  let attention: AttentionOptions
  let rotary: RotaryEmbedding?

  /// Reads `state.input`, fills `state`, writes the block's output.
  func forward(
    state: inout Activations.BlockState,
    batch: PackedBatch,
    into output: Tensor,
    dropout: DropoutSource?
  ) {
    attend(state: &state, batch: batch, dropout: dropout)
    feedForward(state: &state, into: output, dropout: dropout)
  }

  /// Fills `state` again from `state.input`, for backward, which does not need the block's output.
  ///
  /// - Parameter scratch: (T, C), overwritten.
  func recompute(
    state: inout Activations.BlockState,
    batch: PackedBatch,
    scratch: Tensor,
    dropout: DropoutSource?
  ) {
    attend(state: &state, batch: batch, dropout: dropout)
    let last = weights.feedForwardOutput
    guard weights.feedForwardOutputNorm == nil, !last.isDecomposed else {
      return feedForward(state: &state, into: scratch, dropout: dropout)
    }
    activate(state: &state, dropout: dropout)
    state.decompositions[3] = last.reduce(
      state.activated,
      into: state.reduced[3],
      adapterInputs: state.dropouts[3]?.inputs
    )
  }

  /// The first half, from `state.input` to `state.middle`.
  private func attend(
    state: inout Activations.BlockState,
    batch: PackedBatch,
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
      options: attention,
      into: state.attended,
      logSumExp: state.logSumExp
    )
    finishAttention(state: &state, dropout: dropout)
  }

  /// Norm, fused projection and rotation: everything before scores.
  func project(
    state: inout Activations.BlockState,
    positions: [Int32],
    dropout: DropoutSource?
  ) {
    normalizeInput(state)
    state.dropouts[0] = dropout?.draw(
      for: state.attentionNormed,
      of: weights.attentionInput,
      projection: 0
    )
    state.decompositions[0] = weights.attentionInput.forward(
      state.attentionNormed,
      into: state.fused,
      reduced: state.reduced[0],
      adapterInputs: state.dropouts[0]?.inputs
    )
    if let norms = weights.headNorms, let heads = state.heads {
      heads.input.copy(from: state.fused.columns(0..<heads.input.columns))
      norms.forward(
        heads.input,
        into: state.fused,
        inverse: heads.inverse,
        configuration: configuration
      )
    }
    guard let rotary else { return }
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
    state.decompositions[1] = weights.attentionOutput.forward(
      state.attended,
      into: state.attentionOutput?.input ?? state.middle,
      reduced: state.reduced[1],
      adapterInputs: state.dropouts[1]?.inputs
    )
    if let norm = weights.attentionOutputNorm, let output = state.attentionOutput {
      norm.forward(output.input, into: state.middle, inverse: output.inverse)
    }
    state.middle.add(state.input)
  }

  /// The second half, from `state.middle` to the output.
  func feedForward(
    state: inout Activations.BlockState,
    into output: Tensor,
    dropout: DropoutSource?
  ) {
    activate(state: &state, dropout: dropout)
    state.decompositions[3] = weights.feedForwardOutput.forward(
      state.activated,
      into: state.feedForwardOutput?.input ?? output,
      reduced: state.reduced[3],
      adapterInputs: state.dropouts[3]?.inputs
    )
    if let norm = weights.feedForwardOutputNorm, let saved = state.feedForwardOutput {
      norm.forward(saved.input, into: output, inverse: saved.inverse)
    }
    output.add(state.middle)
  }

  /// From `state.middle` to `state.activated` and what the last adapters see of it.
  private func activate(state: inout Activations.BlockState, dropout: DropoutSource?) {
    normalizeMiddle(state)
    state.dropouts[2] = dropout?.draw(
      for: state.feedForwardNormed,
      of: weights.feedForwardInput,
      projection: 2
    )
    state.decompositions[2] = weights.feedForwardInput.forward(
      state.feedForwardNormed,
      into: state.gateUp,
      reduced: state.reduced[2],
      adapterInputs: state.dropouts[2]?.inputs
    )
    applyActivation(state)
    state.dropouts[3] = dropout?.draw(
      for: state.activated,
      of: weights.feedForwardOutput,
      projection: 3
    )
  }

  /// Fills `state.attentionNormed`, which the blocks share: forward, and again before backward
  /// needs it.
  func normalizeInput(_ state: Activations.BlockState) {
    weights.attentionNorm.forward(
      state.input,
      into: state.attentionNormed,
      inverse: state.attentionInverse
    )
  }

  /// Fills `state.feedForwardNormed`, likewise.
  func normalizeMiddle(_ state: Activations.BlockState) {
    weights.feedForwardNorm.forward(
      state.middle,
      into: state.feedForwardNormed,
      inverse: state.feedForwardInverse
    )
  }

  /// Fills `state.activated`, likewise.
  func applyActivation(_ state: Activations.BlockState) {
    switch decoder.feedForward {
    case .swiGLU: SwiGLU.forward(gateUp: state.gateUp, into: state.activated)
    case .geGLU: GeGLU.forward(gateUp: state.gateUp, into: state.activated)
    case .gelu: GELU.forward(state.gateUp, into: state.activated)
    }
  }

  /// The query, key and value columns of the fused projection.
  func split(_ fused: Tensor) -> (query: Tensor, key: Tensor, value: Tensor) {
    let q = configuration.queryWidth
    let k = configuration.keyValueWidth
    return (
      fused.columns(0..<q), fused.columns(q..<q + k), fused.columns(q + k..<q + 2 * k)
    )
  }
}
