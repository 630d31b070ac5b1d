import RealignNumerics

/// Inverted dropout on the inputs of low-rank adapters, drawn anew for each step.
struct LowRankDropout {
  /// One mask per adapter of the projection, (T, in).
  let masks: [DropoutMask]

  /// What an adapter sees of the projection's input.
  func masked(_ x: Tensor, index: Int) -> Tensor {
    let result = Tensor(temporaryRows: x.rows, columns: x.columns)
    masks[index].apply(x, into: result)
    return result
  }

  /// Adds the masked gradient that reaches the input through one adapter: Σ gradient · weight.
  func addInputGradient(
    _ paths: [(gradient: Tensor, weight: Tensor)],
    index: Int,
    into gradientX: Tensor
  ) {
    let through = Tensor(temporaryRows: gradientX.rows, columns: gradientX.columns)
    for (number, path) in paths.enumerated() {
      Matrix.multiply(path.gradient, path.weight, into: through, accumulate: number > 0)
    }
    masks[index].add(through, to: gradientX)
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
    return LowRankDropout(
      masks: linear.adapters.indices.map { index in
        DropoutMask(
          rows: input.rows,
          columns: input.columns,
          probability: probability,
          stream: RandomStream(
            seed: seed,
            name: "dropout/\(step)/\(layer)/\(projection)/\(index)"
          )
        )
      }
    )
  }
}
