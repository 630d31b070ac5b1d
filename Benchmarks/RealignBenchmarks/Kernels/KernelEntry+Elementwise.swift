import RealignNumerics
import RealignText

extension KernelEntry {
  /// Sums and products, AdamW, rows to one.
  static var elementwise: [KernelEntry] {
    [
      inPlace("add_scaled", reads: 1, operations: 2) { y, x in
        y.add(x, scale: 0.5)
      } naive: { y, x in
        NaiveKernels.add(x, scale: 0.5, to: y)
      },
      // Factors of -1 keep the numbers in range, however often they are applied.
      inPlace("multiply", reads: 1, operations: 1, fill: -1) { y, x in
        y.multiply(by: x)
      } naive: { y, x in
        NaiveKernels.multiply(y, by: x)
      },
      inPlace("scale", reads: 0, operations: 1) { y, _ in
        y.scale(by: -1)
      } naive: { y, _ in
        NaiveKernels.scale(y, by: -1)
      },
      inPlace("interpolate", reads: 1, operations: 3) { y, x in
        y.interpolate(toward: x, by: 0.1)
      } naive: { y, x in
        NaiveKernels.interpolate(y, toward: x, by: 0.1)
      },
      reduction("sum_of_squares", operations: 4) {
        $0.sumOfSquares() / Double($0.count)
      } naive: {
        NaiveKernels.sumOfSquares($0) / Double($0.count)
      },
      reduction("all_finite", operations: 0) {
        $0.isFinite ? 1 : 0
      } naive: {
        NaiveKernels.isFinite($0) ? 1 : 0
      },
      KernelEntry(name: "adamw", make: adamW),
      pooling("mean_of_rows", operations: 2, RowPooling.mean, NaiveKernels.meanOfRows),
      pooling("max_of_rows", operations: 1, RowPooling.max, NaiveKernels.maxOfRows),
    ]
  }

  /// A kernel that changes y, and reads x or not.
  private static func inPlace(
    _ name: String,
    reads: Int,
    operations: Double,
    fill: Float? = nil,
    _ run: @escaping (Tensor, Tensor) -> Void,
    naive: @escaping (Tensor, Tensor) -> Void
  ) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let perElement = 4 * (2 + reads)
      let count = sizes.rows(bytesPerRow: perElement)
      let x = KernelData.tensor(rows: 1, columns: count, "x")
      if let fill { x.fill(fill) }
      let y = KernelData.tensor(rows: 1, columns: count, "y")
      let copy = y.duplicate()
      return KernelCase(
        bytes: Double(perElement * count),
        operations: operations * Double(count),
        tolerance: 1e-6,
        run: { run(y, x) },
        runNaive: { naive(copy, x) },
        results: { [(.tensor(y), .tensor(copy))] }
      )
    }
  }

  /// A kernel that makes one number of many.
  private static func reduction(
    _ name: String,
    operations: Double,
    _ run: @escaping (Tensor) -> Double,
    naive: @escaping (Tensor) -> Double
  ) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let count = sizes.rows(bytesPerRow: 4)
      let x = KernelData.tensor(rows: 1, columns: count, "x")
      var found = 0.0
      var expected = 0.0
      return KernelCase(
        bytes: Double(4 * count),
        operations: operations * Double(count),
        // Sums in double in another order.
        tolerance: 1e-9,
        run: { found = run(x) },
        runNaive: { expected = naive(x) },
        results: { [(.numbers([found]), .numbers([expected]))] }
      )
    }
  }

  private static func adamW(_ sizes: KernelSizes) -> KernelCase {
    // Reads four, writes three of the four.
    let count = sizes.rows(bytesPerRow: 28)
    let gradients = KernelData.tensor(rows: 1, columns: count, "gradients", scale: 0.1)
    let parameters = KernelData.tensor(rows: 1, columns: count, "parameters")
    let moments = [Tensor(rows: 1, columns: count), Tensor(rows: 1, columns: count)]
    let copies = ([parameters] + moments).map { $0.duplicate() }
    var step = 0
    return KernelCase(
      bytes: Double(28 * count),
      operations: 12 * Double(count),
      tolerance: 1e-6,
      run: {
        step += 1
        AdamW.update(
          parameters: parameters,
          gradients: gradients,
          firstMoment: moments[0],
          secondMoment: moments[1],
          decayMask: [0..<count],
          learningRate: 1e-3,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: 0.01,
          step: step
        )
      },
      runNaive: {
        NaiveKernels.adamW(
          parameters: copies[0],
          gradients: gradients,
          firstMoment: copies[1],
          secondMoment: copies[2],
          settings: (rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01),
          step: step
        )
      },
      results: {
        zip([parameters] + moments, copies).map { (.tensor($0), .tensor($1)) }
      }
    )
  }

  /// Sentences of 32 rows to one row each.
  private static func pooling(
    _ name: String,
    operations: Double,
    _ run: @escaping (Tensor, [Range<Int>], Tensor) -> Void,
    _ naive: @escaping (Tensor, [Range<Int>], Tensor) -> Void
  ) -> KernelEntry {
    KernelEntry(name: name) { sizes in
      let columns = sizes.shape.hiddenSize
      let length = 32
      let count = sizes.rows(bytesPerRow: 4 * columns * length)
      let x = KernelData.tensor(rows: count * length, columns: columns, "x")
      let ranges = (0..<count).map { $0 * length..<($0 + 1) * length }
      let out = Tensor(rows: count, columns: columns)
      let expected = Tensor(rows: count, columns: columns)
      return KernelCase(
        bytes: 4 * Double(x.count + out.count),
        operations: operations * Double(x.count),
        tolerance: 1e-6,
        run: { run(x, ranges, out) },
        runNaive: { naive(x, ranges, expected) },
        results: { [(.tensor(out), .tensor(expected))] }
      )
    }
  }
}
