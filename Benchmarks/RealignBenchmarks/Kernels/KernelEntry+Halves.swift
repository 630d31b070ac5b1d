import RealignNumerics

extension KernelEntry {
  /// Between single precision and the 16-bit formats, exact in both directions.
  static var halves: [KernelEntry] {
    [
      widening("widen_bf16", .bf16), widening("widen_f16", .f16),
      narrowing("narrow_bf16", .bf16), narrowing("narrow_f16", .f16),
    ]
  }

  private static func widening(_ name: String, _ type: ScalarType) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let count = sizes.rows(bytesPerRow: 6)
      let x = HalfTensor(rows: 1, columns: count, type: type)
      x.copy(from: KernelData.tensor(rows: 1, columns: count, "x"))
      let out = Tensor(rows: 1, columns: count)
      let expected = Tensor(rows: 1, columns: count)
      return KernelCase(
        bytes: Double(6 * count),
        operations: 0,
        tolerance: 0,
        run: { x.widen(into: out) },
        runNaive: { NaiveKernels.widen(x, into: expected) },
        results: { [(.tensor(out), .tensor(expected))] }
      )
    }
  }

  private static func narrowing(_ name: String, _ type: ScalarType) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let count = sizes.rows(bytesPerRow: 6)
      let x = KernelData.tensor(rows: 1, columns: count, "x")
      let out = HalfTensor(rows: 1, columns: count, type: type)
      let expected = HalfTensor(rows: 1, columns: count, type: type)
      return KernelCase(
        bytes: Double(6 * count),
        operations: 0,
        tolerance: 0,
        run: { out.copy(from: x) },
        runNaive: { NaiveKernels.narrow(x, into: expected) },
        results: { [(.half(out), .half(expected))] }
      )
    }
  }
}
