import RealignNumerics

/// Both ends of the decoder: tokens into the residual stream, the stream into logits.
extension LanguageModel {
  /// x (T, C) = the embeddings of tokens, scaled and shifted by their positions where the family
  /// does so.
  func embed(_ tokens: [Int32], positions: [Int32], into x: Tensor) {
    Embedding.gather(
      table: requiredWeight(decoder.names.embedding),
      ids: tokens,
      into: x
    )
    if let scale = decoder.embeddingScale { x.scale(by: scale) }
    if let table = decoder.names.positions {
      let shift = Tensor(rows: x.rows, columns: x.columns)
      Embedding.gather(table: requiredWeight(table), ids: positions, into: shift)
      x.add(shift)
    }
  }

  /// Adds the gradient (T, C) of the embeddings, which is spent, to that of their tables.
  func embedBackward(
    _ gradient: Tensor,
    tokens: [Int32],
    positions: [Int32],
    into flat: Tensor
  ) {
    if let table = decoder.names.positions {
      Embedding.scatterAdd(
        gradient: gradient,
        ids: positions,
        table: requiredView(table, in: flat)
      )
    }
    if let scale = decoder.embeddingScale { gradient.scale(by: scale) }
    Embedding.scatterAdd(
      gradient: gradient,
      ids: tokens,
      table: requiredView(decoder.names.embedding, in: flat)
    )
  }

  /// The norm before the output projection, or its gradient when laid over gradients.
  func finalNorm(in flat: Tensor? = nil) -> Norm {
    guard
      let norm = Norm(
        decoder.names.finalNorm,
        decoder: decoder,
        epsilon: configuration.normEpsilon,
        weights: flat.map { BaseWeights(layout: layout, values: $0) } ?? weights
      )
    else { preconditionFailure("the layout lacks \(decoder.names.finalNorm)") }
    return norm
  }

  private var headName: String {
    configuration.tiesEmbeddings ? decoder.names.embedding : decoder.names.head
  }

  /// The output projection, (V, C).
  var headWeight: WeightMatrix { requiredWeight(headName) }

  /// The gradient of the output projection, (V, C), in flat gradients.
  func headGradient(in flat: Tensor) -> Tensor { requiredView(headName, in: flat) }

  /// logits (T, V) of normalised rows (T, C).
  func logits(of normed: Tensor, into logits: Tensor) {
    Matrix.multiply(normed, headWeight, into: logits, transposeB: true)
    if let cap = decoder.finalSoftCap { SoftCap.apply(to: logits, cap: cap) }
  }
}
