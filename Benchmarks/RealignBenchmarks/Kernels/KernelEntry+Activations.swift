import RealignNumerics

extension KernelEntry {
  /// Feed-forward activations as wide as the model's layer.
  static var activations: [KernelEntry] {
    [
      gated("swiglu_forward", operations: 4, SwiGLU.forward, NaiveKernels.swiGLU),
      gatedBackward(
        "swiglu_backward",
        operations: 9,
        SwiGLU.backward,
        NaiveKernels.swiGLUBackward
      ),
      gated("geglu_forward", operations: 9, GeGLU.forward, NaiveKernels.geGLU),
      gatedBackward("geglu_backward", operations: 18, GeGLU.backward, NaiveKernels.geGLUBackward),
      plain("gelu_forward", operations: 8, GELU.forward, NaiveKernels.gelu),
      KernelEntry(name: "gelu_backward", make: geluBackward),
      // Its polynomial has about as many terms as an exponential.
      plain("exact_gelu_forward", operations: 8, ExactGELU.forward, NaiveKernels.exactGELU),
      plain("relu_forward", operations: 1, exponentials: 0, ReLU.forward, NaiveKernels.relu),
      KernelEntry(name: "soft_cap", make: softCap),
      KernelEntry(name: "soft_cap_backward", make: softCapBackward),
    ]
  }

  /// out (T, F) from gate and up (T, 2F).
  private static func gated(
    _ name: String,
    operations: Double,
    _ run: @escaping (Tensor, Tensor) -> Void,
    _ naive: @escaping (Tensor, Tensor) -> Void
  ) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let width = sizes.shape.intermediateSize
      let rows = sizes.rows(bytesPerRow: 12 * width)
      let gateUp = KernelData.tensor(rows: rows, columns: 2 * width, "gate", scale: 4)
      let out = Tensor(rows: rows, columns: width)
      let expected = Tensor(rows: rows, columns: width)
      return KernelCase(
        bytes: 12 * Double(out.count),
        operations: (operations + KernelCost.exponential) * Double(out.count),
        tolerance: 1e-5,
        run: { run(gateUp, out) },
        runNaive: { naive(gateUp, expected) },
        results: { [(.tensor(out), .tensor(expected))] }
      )
    }
  }

  /// The gradient of gate and up (T, 2F) from that of the output (T, F).
  private static func gatedBackward(
    _ name: String,
    operations: Double,
    _ run: @escaping (Tensor, Tensor, Tensor) -> Void,
    _ naive: @escaping (Tensor, Tensor, Tensor) -> Void
  ) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let width = sizes.shape.intermediateSize
      let rows = sizes.rows(bytesPerRow: 20 * width)
      let gateUp = KernelData.tensor(rows: rows, columns: 2 * width, "gate", scale: 4)
      let gradient = KernelData.tensor(rows: rows, columns: width, "gradient")
      let out = Tensor(rows: rows, columns: 2 * width)
      let expected = Tensor(rows: rows, columns: 2 * width)
      return KernelCase(
        bytes: 20 * Double(gradient.count),
        operations: (operations + KernelCost.exponential) * Double(gradient.count),
        tolerance: 1e-5,
        run: { run(gradient, gateUp, out) },
        runNaive: { naive(gradient, gateUp, expected) },
        results: { [(.tensor(out), .tensor(expected))] }
      )
    }
  }

  /// out (T, F) from x (T, F).
  private static func plain(
    _ name: String,
    operations: Double,
    exponentials: Double = 1,
    _ run: @escaping (Tensor, Tensor) -> Void,
    _ naive: @escaping (Tensor, Tensor) -> Void
  ) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let width = sizes.shape.intermediateSize
      let rows = sizes.rows(bytesPerRow: 8 * width)
      let x = KernelData.tensor(rows: rows, columns: width, "x", scale: 4)
      let out = Tensor(rows: rows, columns: width)
      let expected = Tensor(rows: rows, columns: width)
      return KernelCase(
        bytes: 8 * Double(x.count),
        operations: (operations + exponentials * KernelCost.exponential) * Double(x.count),
        tolerance: 1e-5,
        run: { run(x, out) },
        runNaive: { naive(x, expected) },
        results: { [(.tensor(out), .tensor(expected))] }
      )
    }
  }

  private static func geluBackward(_ sizes: KernelSizes) -> KernelCase {
    let width = sizes.shape.intermediateSize
    let rows = sizes.rows(bytesPerRow: 12 * width)
    let x = KernelData.tensor(rows: rows, columns: width, "x", scale: 4)
    let gradient = KernelData.tensor(rows: rows, columns: width, "gradient")
    let out = Tensor(rows: rows, columns: width)
    let expected = Tensor(rows: rows, columns: width)
    return KernelCase(
      bytes: 12 * Double(x.count),
      operations: (16 + KernelCost.exponential) * Double(x.count),
      tolerance: 1e-5,
      run: { GELU.backward(gradient: gradient, x: x, gradientX: out) },
      runNaive: { NaiveKernels.geluBackward(gradient: gradient, x: x, gradientX: expected) },
      results: { [(.tensor(out), .tensor(expected))] }
    )
  }

  private static let cap: Float = 30

  private static func softCap(_ sizes: KernelSizes) -> KernelCase {
    let count = sizes.rows(bytesPerRow: 8)
    let x = KernelData.tensor(rows: 1, columns: count, "x", scale: 20)
    let copy = x.duplicate()
    return KernelCase(
      bytes: 8 * Double(count),
      operations: (5 + KernelCost.exponential) * Double(count),
      tolerance: 1e-5,
      run: { SoftCap.apply(to: x, cap: cap) },
      runNaive: { NaiveKernels.softCap(copy, cap: cap) },
      results: { [(.tensor(x), .tensor(copy))] }
    )
  }

  private static func softCapBackward(_ sizes: KernelSizes) -> KernelCase {
    let count = sizes.rows(bytesPerRow: 12)
    // Small beside the cap, so that the gradient outlasts many runs.
    let capped = KernelData.tensor(rows: 1, columns: count, "capped", scale: 0.1)
    let gradient = KernelData.tensor(rows: 1, columns: count, "gradient")
    let copy = gradient.duplicate()
    return KernelCase(
      bytes: 12 * Double(count),
      operations: 4 * Double(count),
      tolerance: 1e-5,
      run: { SoftCap.backward(gradient: gradient, capped: capped, cap: cap) },
      runNaive: { NaiveKernels.softCapBackward(gradient: copy, capped: capped, cap: cap) },
      results: { [(.tensor(gradient), .tensor(copy))] }
    )
  }
}
