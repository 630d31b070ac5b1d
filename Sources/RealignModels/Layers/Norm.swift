import RealignNumerics

/// A normalisation with its learnt scale and shift; laid over gradients, theirs.
struct Norm {
  let kind: DecoderDescription.Normalization
  let weight: Tensor
  let bias: Tensor?
  let epsilon: Float

  /// What a row is multiplied by.
  private var factors: Tensor {
    guard kind == .rootMeanSquareAroundOne else { return weight }
    let sum = Tensor(rows: 1, columns: weight.columns)
    sum.fill(1)
    sum.add(weight)
    return sum
  }

  /// out (T, C) = normalised x; `inverse` (T, 1) is saved for backward.
  func forward(_ x: Tensor, into out: Tensor, inverse: Tensor) {
    if kind == .layer, let bias {
      LayerNorm.forward(
        x,
        weight: weight,
        bias: bias,
        epsilon: epsilon,
        into: out,
        inverseDeviation: inverse
      )
    } else {
      RMSNorm.forward(x, weight: factors, epsilon: epsilon, into: out, inverseRMS: inverse)
    }
  }

  /// gradientX (T, C) = (or += when `accumulateX`) the input's gradient; parameters' gradients +=.
  func backward(
    gradient: Tensor,
    x: Tensor,
    inverse: Tensor,
    gradientX: Tensor,
    accumulateX: Bool,
    into parameters: Norm?
  ) {
    if kind == .layer {
      LayerNorm.backward(
        gradient: gradient,
        x: x,
        weight: weight,
        inverseDeviation: inverse,
        gradientX: gradientX,
        accumulateX: accumulateX,
        parameters: parameters.flatMap { norm in norm.bias.map { (norm.weight, $0) } }
      )
    } else {
      RMSNorm.backward(
        gradient: gradient,
        x: x,
        weight: factors,
        inverseRMS: inverse,
        gradientX: gradientX,
        accumulateX: accumulateX,
        gradientWeight: parameters?.weight
      )
    }
  }
}

extension Norm {
  /// The parameters called `name.weight` and `name.bias`, or nil when the layout lacks them.
  init?(
    _ name: String,
    decoder: DecoderDescription,
    epsilon: Float,
    weights: BaseWeights
  ) {
    guard let weight = weights.vector([name + ".weight"]) else { return nil }
    kind = decoder.normalization
    self.weight = weight
    bias = weights.vector([name + ".bias"])
    self.epsilon = epsilon
  }
}

/// The normalisations of every head of queries and keys.
struct HeadNorms {
  let query: Norm
  let key: Norm

  /// Their gradients; nil where frozen.
  struct Gradient {
    var query: Norm?
    var key: Norm?
  }

  /// Normalises each head of `raw` (T, (H+K)·D) into the same columns of `fused`.
  func forward(
    _ raw: Tensor,
    into fused: Tensor,
    inverse: Tensor,
    configuration c: ModelConfiguration
  ) {
    forEachHead(c) { norm, head, columns in
      norm.forward(
        raw.columns(columns),
        into: fused.columns(columns),
        inverse: inverse.columns(head..<head + 1)
      )
    }
  }

  /// Turns `gradient` (T, (H+K)·D), that of the normalised heads, into that of the raw ones.
  func backward(
    gradient: Tensor,
    raw: Tensor,
    inverse: Tensor,
    gradientRaw: Tensor,
    into parameters: Gradient,
    configuration c: ModelConfiguration
  ) {
    forEachHead(c) { norm, head, columns in
      norm.backward(
        gradient: gradient.columns(columns),
        x: raw.columns(columns),
        inverse: inverse.columns(head..<head + 1),
        gradientX: gradientRaw.columns(columns),
        accumulateX: false,
        into: head < c.headCount ? parameters.query : parameters.key
      )
    }
  }

  private func forEachHead(
    _ c: ModelConfiguration,
    _ body: (_ norm: Norm, _ head: Int, _ columns: Range<Int>) -> Void
  ) {
    for head in 0..<c.headCount + c.keyValueHeadCount {
      let start = head * c.headDimension
      body(head < c.headCount ? query : key, head, start..<start + c.headDimension)
    }
  }
}
