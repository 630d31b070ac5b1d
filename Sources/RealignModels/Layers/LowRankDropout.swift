import RealignNumerics

/// Inverted dropout on the inputs of low-rank adapters, drawn anew for each step.
///
/// Only the masks are kept; what the adapters see is computed when it is asked for, forward and
/// backward.
struct LowRankDropout {
  /// What the adapters of the projection see, one (T, in) each.
  let inputs: MaskedInputs

  /// Adds the masked gradient that reaches the input through one adapter: Σ gradient · weight.
  ///
  /// Overwrites `inputs[index]`.
  func addInputGradient(
    _ paths: [(gradient: Tensor, weight: Tensor)],
    index: Int,
    into gradientX: Tensor
  ) {
    let through = inputs.rooms[index]
    for (number, path) in paths.enumerated() {
      Matrix.multiply(path.gradient, path.weight, into: through, accumulate: number > 0)
    }
    inputs.masks[index].add(through, to: gradientX)
  }
}

/// An input with one mask for each adapter that sees it.
struct MaskedInputs {
  let input: Tensor
  let masks: [DropoutMask]
  /// Where the masked inputs are computed, shared with other projections.
  let rooms: [Tensor]

  /// The input as an adapter sees it; overwritten when another projection asks for its own.
  subscript(index: Int) -> Tensor {
    masks[index].apply(to: input, into: rooms[index])
    return rooms[index]
  }
}

/// Draws adapter dropout as a pure function of (seed, step, layer, projection, adapter).
struct DropoutSource {
  let probability: Double
  let seed: UInt64
  let step: Int
  let layer: Int
  /// Room for the inputs of all adapters of a projection, 1 row.
  let room: Tensor

  func draw(for input: Tensor, of linear: Linear, projection: Int) -> LowRankDropout? {
    guard probability > 0, !linear.adapters.isEmpty else { return nil }
    let masks = linear.adapters.indices.map { index in
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
    let rooms = masks.indices.map { index in
      room.slice(index * input.count..<(index + 1) * input.count)
        .reshaped(rows: input.rows, columns: input.columns)
    }
    return LowRankDropout(inputs: MaskedInputs(input: input, masks: masks, rooms: rooms))
  }
}
