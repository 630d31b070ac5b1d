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

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    var rows: [BenchmarkRow] = []
    var table: [JSONValue] = []
    for threads in Set([1, context.threads]).sorted() {
      Parallel.configure(threads: threads)
      for size in Self.sizes {
        context.announce("\(size.name), threads \(threads)")
        let timing = try Self.timing(size)
        let row = BenchmarkRow(
          "\(size.name) threads \(threads)",
          unit: "GFLOPS",
          work: size.operations / 1e9,
          timing: timing
        )
        rows.append(row)
        if threads == context.threads {
          table.append([
            "m": .integer(size.m), "n": .integer(size.n), "k": .integer(size.k),
            "gflops_median": .number(row.value), "gflops_best": .number(row.best),
            "samples": .integer(row.samples),
          ])
        }
      }
    }
    Parallel.configure(threads: context.threads)
    let peak = rows.filter { $0.name.hasSuffix("threads \(context.threads)") }.map(\.best).max()
    return BenchmarkResult(
      rows: rows,
      fields: ["gemm": .array(table), "peak_gflops": .number(peak ?? .nan)],
      notes: ["kernel: \(Matrix.kernelName)"]
    )
  }

  /// The best rate seen over a second of large products, GFLOPS; the yardstick of other figures.
  static func peak() throws -> Double {
    let size = Size(m: 1024, n: 1024, k: 1024)
    return size.operations / 1e9 / (try timing(size, seconds: 1)).best
  }

  private static func timing(_ size: Size, seconds: Double = 0.3) throws -> Timing {
    let a = random(rows: size.m, columns: size.k, name: "a")
    let b = random(rows: size.k, columns: size.n, name: "b")
    let c = Tensor(rows: size.m, columns: size.n)
    Matrix.multiply(a, b, into: c)
    try check(a, b, c, size)
    return Stopwatch.measure(seconds: seconds) { Matrix.multiply(a, b, into: c) }
  }

  private static func random(rows: Int, columns: Int, name: String) -> Tensor {
    var stream = RandomStream(seed: 1, name: "bench/" + name)
    return Tensor(
      (0..<rows * columns).map { _ in Float(stream.uniform() - 0.5) },
      rows: rows,
      columns: columns
    )
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
