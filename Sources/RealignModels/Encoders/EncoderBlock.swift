import RealignNumerics

/// One post-norm block: `m = norm(x + Attention(x))`, `y = norm(m + FeedForward(m))`.
struct EncoderBlock {
  private let attentionInput: Linear
  private let attentionOutput: Linear
  private let attentionNorm: Norm
  private let feedForwardInput: Linear
  private let feedForwardOutput: Linear
  private let outputNorm: Norm
  private let configuration: EncoderConfiguration

  init(_ index: Int, _ weights: EncoderWeights) {
    func full(_ name: String) -> String { EncoderNames.block(index, name) }
    configuration = weights.configuration
    attentionInput = weights.linear(EncoderNames.attentionInput.map(full))
    attentionOutput = weights.linear([full(EncoderNames.attentionOutput)])
    attentionNorm = weights.norm(full(EncoderNames.attentionNorm))
    feedForwardInput = weights.linear([full(EncoderNames.feedForwardInput)])
    feedForwardOutput = weights.linear([full(EncoderNames.feedForwardOutput)])
    outputNorm = weights.norm(full(EncoderNames.outputNorm))
  }

  /// Replaces the hidden states (T, C) by those after the block.
  func forward(_ hidden: Tensor, segments: [Range<Int>], scratch s: EncoderScratch) {
    let width = configuration.hiddenSize
    attentionInput.forward(hidden, into: s.fused, reduced: [])
    BidirectionalAttention.forward(
      query: s.fused.columns(0..<width),
      key: s.fused.columns(width..<2 * width),
      value: s.fused.columns(2 * width..<3 * width),
      segments: segments,
      heads: configuration.headCount,
      into: s.attended
    )
    attentionOutput.forward(s.attended, into: s.sum, reduced: [])
    s.sum.add(hidden)
    attentionNorm.forward(s.sum, into: hidden, inverse: s.inverse)
    feedForwardInput.forward(hidden, into: s.wide, reduced: [])
    switch configuration.activation {
    case .gelu: ExactGELU.forward(s.wide, into: s.activated)
    case .geluTanh: GELU.forward(s.wide, into: s.activated)
    case .relu: ReLU.forward(s.wide, into: s.activated)
    }
    feedForwardOutput.forward(s.activated, into: s.sum, reduced: [])
    s.sum.add(hidden)
    outputNorm.forward(s.sum, into: hidden, inverse: s.inverse)
  }
}

/// What a block needs for its time only.
struct EncoderScratch {
  let fused: Tensor
  let attended: Tensor
  let sum: Tensor
  let inverse: Tensor
  let wide: Tensor
  let activated: Tensor

  /// Memory for a number of rows.
  init(_ c: EncoderConfiguration, rows: Int) {
    fused = Tensor(rows: rows, columns: 3 * c.hiddenSize)
    attended = Tensor(rows: rows, columns: c.hiddenSize)
    sum = Tensor(rows: rows, columns: c.hiddenSize)
    inverse = Tensor(rows: rows, columns: 1)
    wide = Tensor(rows: rows, columns: c.intermediateSize)
    activated = Tensor(rows: rows, columns: c.intermediateSize)
  }

  private init(_ s: EncoderScratch, rows: Range<Int>) {
    fused = s.fused.rows(rows)
    attended = s.attended.rows(rows)
    sum = s.sum.rows(rows)
    inverse = s.inverse.rows(rows)
    wide = s.wide.rows(rows)
    activated = s.activated.rows(rows)
  }

  /// The memory, cut to some rows.
  func cut(rows: Int) -> EncoderScratch { EncoderScratch(self, rows: 0..<rows) }
}
