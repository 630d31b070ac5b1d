import RealignNumerics

/// Inverted dropout on the inputs of low-rank adapters, drawn anew for each step.
struct LowRankDropout {
  /// The masked inputs, one per adapter of the projection, (T, in).
  let inputs: [Tensor]
  /// The masks, 0 or 1/(1-p).
  let masks: [Tensor]

  /// Adds the masked gradient that reaches the input through one adapter: Σ gradient · weight.
  func addInputGradient(
    _ paths: [(gradient: Tensor, weight: Tensor)],
    index: Int,
    into gradientX: Tensor
  ) {
    let through = Tensor(rows: gradientX.rows, columns: gradientX.columns)
    for (number, path) in paths.enumerated() {
      Matrix.multiply(path.gradient, path.weight, into: through, accumulate: number > 0)
    }
    through.multiply(by: masks[index])
    gradientX.add(through)
  }
}

/// Draws adapter dropout as a pure function of (seed, step, layer, projection, adapter).
struct DropoutSource {
  let probability: Double
  let seed: UInt64
  let step: Int
  let layer: Int

  func draw(for input: Tensor, of linear: Linear, projection: Int) -> LowRankDropout? {
    guard probability > 0, !linear.adapters.isEmpty else { return nil }
    var inputs: [Tensor] = []
    var masks: [Tensor] = []
    for index in linear.adapters.indices {
      var stream = RandomStream(
        seed: seed,
        name: "dropout/\(step)/\(layer)/\(projection)/\(index)"
      )
      let kept = Float(1 / (1 - probability))
      let values = (0..<input.count).map { _ in stream.uniform() < probability ? 0 : kept }
      let mask = Tensor(values, rows: input.rows, columns: input.columns)
      let masked = input.duplicate()
      masked.multiply(by: mask)
      inputs.append(masked)
      masks.append(mask)
    }
    return LowRankDropout(inputs: inputs, masks: masks)
  }
}
