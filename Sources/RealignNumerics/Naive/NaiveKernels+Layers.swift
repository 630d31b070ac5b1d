import CRealignNaive

extension NaiveKernels {
  /// As `RMSNorm.forward`, or with `delta` as `RMSNorm.addForward`.
  package static func rmsNorm(
    _ x: Tensor,
    delta: Tensor? = nil,
    weight: Tensor,
    epsilon: Float,
    into out: Tensor,
    inverseRMS: Tensor
  ) {
    let (result, inverse) = (start(out, like: x), start(inverseRMS))
    if let delta {
      rn_rms_norm_add_forward(
        result,
        inverse,
        start(x),
        start(delta, like: x),
        start(weight),
        x.rows,
        x.columns,
        epsilon
      )
    } else {
      rn_rms_norm_forward(result, inverse, start(x), start(weight), x.rows, x.columns, epsilon)
    }
  }

  /// As `RMSNorm.backward`, the input's gradient assigned.
  package static func rmsNormBackward(
    gradient: Tensor,
    x: Tensor,
    weight: Tensor,
    inverseRMS: Tensor,
    gradientX: Tensor,
    gradientWeight: Tensor
  ) {
    rn_rms_norm_backward(
      start(gradientX, like: x),
      start(gradientWeight, like: weight),
      start(gradient, like: x),
      start(x),
      start(weight),
      start(inverseRMS),
      x.rows,
      x.columns
    )
  }

  /// As `LayerNorm.forward`.
  package static func layerNorm(
    _ x: Tensor,
    weight: Tensor,
    bias: Tensor,
    epsilon: Float,
    into out: Tensor,
    inverseDeviation: Tensor
  ) {
    rn_layer_norm_forward(
      start(out, like: x),
      start(inverseDeviation),
      start(x),
      start(weight),
      start(bias, like: weight),
      x.rows,
      x.columns,
      epsilon
    )
  }

  /// As `LayerNorm.backward`, the input's gradient assigned.
  package static func layerNormBackward(
    gradient: Tensor,
    x: Tensor,
    weight: Tensor,
    inverseDeviation: Tensor,
    gradientX: Tensor,
    parameters: (weight: Tensor, bias: Tensor)
  ) {
    rn_layer_norm_backward(
      start(gradientX, like: x),
      start(parameters.weight, like: weight),
      start(parameters.bias, like: weight),
      start(gradient, like: x),
      start(x),
      start(weight),
      start(inverseDeviation),
      x.rows,
      x.columns
    )
  }

  /// Rotates heads in place; tables are (positions, D / 2).
  package static func rotary(
    _ x: Tensor,
    cosines: Tensor,
    sines: Tensor,
    positions: [Int32]
  ) {
    precondition(
      positions.count == x.rows
        && positions.allSatisfy { $0 >= 0 && Int($0) < cosines.rows },
      "\(positions.count) positions for \(x.rows) rows"
    )
    positions.withUnsafeBufferPointer { list in
      guard let places = list.baseAddress else { return }
      rn_rotary(
        start(x),
        start(cosines),
        start(sines, like: cosines),
        places,
        x.rows,
        x.columns / (2 * cosines.columns),
        cosines.columns
      )
    }
  }

  /// As `SwiGLU.forward`.
  package static func swiGLU(gateUp: Tensor, into out: Tensor) {
    out.requireShape(gateUp.rows, gateUp.columns / 2, "out")
    rn_swiglu_forward(start(out), start(gateUp), out.rows, out.columns)
  }

  /// As `SwiGLU.backward`.
  package static func swiGLUBackward(gradient: Tensor, gateUp: Tensor, gradientGateUp: Tensor) {
    rn_swiglu_backward(
      start(gradientGateUp, like: gateUp),
      start(gradient),
      start(gateUp),
      gradient.rows,
      gradient.columns
    )
  }

  /// As `GeGLU.forward`.
  package static func geGLU(gateUp: Tensor, into out: Tensor) {
    out.requireShape(gateUp.rows, gateUp.columns / 2, "out")
    rn_geglu_forward(start(out), start(gateUp), out.rows, out.columns)
  }

  /// As `GeGLU.backward`.
  package static func geGLUBackward(gradient: Tensor, gateUp: Tensor, gradientGateUp: Tensor) {
    rn_geglu_backward(
      start(gradientGateUp, like: gateUp),
      start(gradient),
      start(gateUp),
      gradient.rows,
      gradient.columns
    )
  }

  /// As `GELU.forward`.
  package static func gelu(_ x: Tensor, into out: Tensor) {
    rn_gelu_forward(start(out, like: x), start(x), x.count)
  }

  /// As `GELU.backward`.
  package static func geluBackward(gradient: Tensor, x: Tensor, gradientX: Tensor) {
    rn_gelu_backward(start(gradientX, like: x), start(gradient, like: x), start(x), x.count)
  }

  /// As `ExactGELU.forward`.
  package static func exactGELU(_ x: Tensor, into out: Tensor) {
    rn_exact_gelu(start(out, like: x), start(x), x.count)
  }

  /// As `ReLU.forward`.
  package static func relu(_ x: Tensor, into out: Tensor) {
    rn_relu(start(out, like: x), start(x), x.count)
  }

  /// As `SoftCap.apply`.
  package static func softCap(_ x: Tensor, cap: Float) { rn_soft_cap(start(x), x.count, cap) }

  /// As `SoftCap.backward`.
  package static func softCapBackward(gradient: Tensor, capped: Tensor, cap: Float) {
    rn_soft_cap_backward(start(gradient, like: capped), start(capped), capped.count, cap)
  }
}
