import RealignNumerics

/// Both ends of the decoder: tokens into the residual stream, the stream into logits.
extension LanguageModel {
  /// x (T, C) = the embeddings of tokens, scaled and shifted by their positions where the family
  /// does so.
  func embed(_ tokens: [Int32], positions: [Int32], into x: Tensor) {
    Embedding.gather(
      table: currentWeight(decoder.names.embedding),
      ids: tokens,
      into: x
    )
    if let scale = decoder.embeddingScale { x.scale(by: scale) }
    if let table = decoder.names.positions {
      let shift = Tensor(rows: x.rows, columns: x.columns)
      Embedding.gather(table: currentWeight(table), ids: positions, into: shift)
      x.add(shift)
    }
  }

  /// Adds the gradient (T, C) of the embeddings, which is spent, to that of the tables that train.
  func embedBackward(
    _ gradient: Tensor,
    tokens: [Int32],
    positions: [Int32],
    into gradients: Gradients
  ) {
    if let name = decoder.names.positions, let table = gradientView(name, in: gradients) {
      Embedding.scatterAdd(gradient: gradient, ids: positions, table: table)
    }
    guard let table = gradientView(decoder.names.embedding, in: gradients) else { return }
    if let scale = decoder.embeddingScale { gradient.scale(by: scale) }
    Embedding.scatterAdd(gradient: gradient, ids: tokens, table: table)
  }

  /// The norm before the output projection.
  var finalNorm: Norm {
    guard let norm = finalNorm(adapter) ?? finalNorm(in: weights) else {
      preconditionFailure("the layout lacks \(decoder.names.finalNorm)")
    }
    return norm
  }

  /// The gradient of the norm before the output projection; nil where it is frozen.
  func finalNormGradient(in gradients: Gradients) -> Norm? {
    gradients.base.map { finalNorm(in: BaseWeights(layout: layout, values: $0)) }
      ?? finalNorm(gradients.adapter.flatMap { adapter?.over($0) })
  }

  private func finalNorm(_ adapter: Adapter?) -> Norm? {
    adapter?.norm(decoder.names.finalNorm, decoder: decoder, epsilon: configuration.normEpsilon)
  }

  private func finalNorm(in weights: BaseWeights) -> Norm? {
    Norm(
      decoder.names.finalNorm,
      decoder: decoder,
      epsilon: configuration.normEpsilon,
      weights: weights
    )
  }

  /// The output projection, (V, C).
  var headWeight: WeightMatrix { currentWeight(decoder.names.head) }

  /// The gradient of the output projection, (V, C); nil where it is frozen.
  func headGradient(in gradients: Gradients) -> Tensor? {
    gradientView(decoder.names.head, in: gradients)
  }

  /// A parameter of the base by its name; where embedding and head are tied, either name will do.
  func baseWeight(_ name: String) -> WeightMatrix { requiredWeight(baseName(name)) }

  /// The full copy of a parameter where the adapter has one, else the base's.
  private func currentWeight(_ name: String) -> WeightMatrix {
    adapter?.view(of: name).map { .single($0) } ?? baseWeight(name)
  }

  /// The gradient of a parameter or of its full copy; nil where it is frozen.
  private func gradientView(_ name: String, in gradients: Gradients) -> Tensor? {
    gradients.base.map { requiredView(baseName(name), in: $0) }
      ?? gradients.adapter.flatMap { adapter?.over($0).view(of: name) }
  }

  private func baseName(_ name: String) -> String {
    name == decoder.names.head && configuration.tiesEmbeddings ? decoder.names.embedding : name
  }

  /// logits (T, V) of normalised rows (T, C).
  func logits(of normed: Tensor, into logits: Tensor) {
    self.logits(of: normed, head: headWeight, into: logits)
  }

  /// The same with the output projection at hand.
  func logits(of normed: Tensor, head: WeightMatrix, into logits: Tensor) {
    Matrix.multiply(normed, head, into: logits, transposeB: true)
    if let cap = decoder.finalSoftCap { SoftCap.apply(to: logits, cap: cap) }
  }
}
