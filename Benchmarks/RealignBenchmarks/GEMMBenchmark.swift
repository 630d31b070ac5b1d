import RealignNumerics
import RealignText

/// Rate of matrix products, square and in the shapes that models need, with one and all threads.
public struct GEMMBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "gemm"
  /// One line for the help.
  public let summary = "GFLOPS of matrix products"

  /// A benchmark.
  public init() {}

  /// Rows, columns, inner size.
  struct Size: Equatable {
    let m: Int
    let n: Int
    let k: Int

    var operations: Double { 2 * Double(m) * Double(n) * Double(k) }
    var name: String { "gemm \(m)x\(n)x\(k)" }
  }

  static let sizes = [
    Size(m: 128, n: 128, k: 128), Size(m: 256, n: 256, k: 256), Size(m: 512, n: 512, k: 512),
    Size(m: 1024, n: 1024, k: 1024), Size(m: 2048, n: 2048, k: 2048),
    // A thousand tokens through the layers of the bundled model and of SmolLM2-135M.
    Size(m: 1024, n: 384, k: 128), Size(m: 1024, n: 960, k: 576), Size(m: 1024, n: 3072, k: 576),
    Size(m: 1024, n: 576, k: 1536), Size(m: 128, n: 49_152, k: 576),
  ]

  /// What computes the product.
  enum Kernels {
    /// What the program uses.
    case own
    /// OpenBLAS beside it, where the program uses kernels of its own.
    case peer

    /// The choices on this machine.
    static var here: [Kernels] { MatrixPeer.isOther ? [.own, .peer] : [.own] }

    var suffix: String { self == .own ? "" : " by OpenBLAS" }

    /// On one thread OpenBLAS gets the product as a whole, on several the blocks of the pool.
    func multiply(_ a: Tensor, _ b: Tensor, into c: Tensor) {
      switch self {
      case .own: Matrix.multiply(a, b, into: c)
      case .peer: MatrixPeer.multiply(a, b, into: c, Parallel.threads == 1 ? .whole : .blocks)
      }
    }
  }

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    var rows: [BenchmarkRow] = []
    var table: [JSONValue] = []
    var peak = 0.0
    defer { Parallel.configure(threads: context.threads) }
    for threads in Set([1, context.threads]).sorted() {
      Parallel.configure(threads: threads)
      for size in Self.sizes {
        var fields: JSONObject = [
          "m": .integer(size.m), "n": .integer(size.n), "k": .integer(size.k),
        ]
        for kernels in Kernels.here {
          let name = "\(size.name)\(kernels.suffix), threads \(threads)"
          guard context.wants(name) else { continue }
          context.announce(name)
          let timing = try Self.timing(size, kernels, beside: .product)
          let row = BenchmarkRow(
            name,
            unit: "GFLOPS",
            work: size.operations / 1e9,
            timing: timing
          )
          rows.append(row)
          if threads == context.threads { peak = max(peak, row.best) }
          let prefix = kernels == .own ? "" : "openblas_"
          fields[prefix + "gflops_median"] = .number(row.value)
          fields[prefix + "gflops_best"] = .number(row.best)
          if kernels == .own { fields["samples"] = .integer(row.samples) }
        }
        if threads == context.threads { table.append(.object(fields)) }
      }
    }
    return BenchmarkResult(
      rows: rows,
      fields: ["gemm": .array(table), "peak_gflops": .number(peak)],
      notes: ["kernels: \(Matrix.kernelName), OpenBLAS \(MachineInformation.blasCore)"]
    )
  }

  /// The sizes of `PeakRate`: products in and beyond the inner caches.
  static let peakSizes = [Size(m: 512, n: 512, k: 512), Size(m: 1024, n: 1024, k: 1024)]

  static func timing(
    _ size: Size,
    _ kernels: Kernels,
    seconds: Double = 0.2,
    beside yardstick: Yardstick? = nil
  ) throws -> Timing {
    let a = random(rows: size.m, columns: size.k, name: "a")
    let b = random(rows: size.k, columns: size.n, name: "b")
    let c = Tensor(rows: size.m, columns: size.n)
    kernels.multiply(a, b, into: c)
    try check(a, b, c, size)
    return Stopwatch.measure(seconds: seconds, beside: yardstick) {
      kernels.multiply(a, b, into: c)
    }
  }

  private static func random(rows: Int, columns: Int, name: String) -> Tensor {
    KernelData.tensor(rows: rows, columns: columns, "gemm/" + name, scale: 0.5)
  }

  /// Compares a few elements, corners included, with sums in Double.
  private static func check(_ a: Tensor, _ b: Tensor, _ c: Tensor, _ size: Size) throws {
    var stream = RandomStream(seed: 2, name: "bench/check")
    var places = [(0, 0), (size.m - 1, size.n - 1), (0, size.n - 1), (size.m - 1, 0)]
    for _ in 0..<28 {
      places.append((stream.uniform(below: size.m), stream.uniform(below: size.n)))
    }
    for (row, column) in places {
      var sum = 0.0
      for index in 0..<size.k { sum += Double(a[row, index]) * Double(b[index, column]) }
      let found = Double(c[row, column])
      guard abs(found - sum) <= 1e-4 * max(1, Double(size.k).squareRoot()) else {
        throw BenchmarkError.wrongResult("\(size.name) at \(row), \(column): \(found), not \(sum)")
      }
    }
  }
}
