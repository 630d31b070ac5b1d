import RealignNumerics
import RealignText

/// Bandwidth of main memory: copy (one read, one write) and triad (two reads, one write).
public struct MemoryBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "memory"
  /// One line for the help.
  public let summary = "bandwidth of main memory, copy and triad"

  /// A benchmark.
  public init() {}

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    // Larger than any cache: three arrays of 256 MB.
    let count = 1 << 26
    context.announce("memory")
    let a = Tensor(rows: 1, columns: count)
    let b = Tensor(rows: 1, columns: count)
    a.fill(1)
    b.fill(2)
    b.add(a, scale: 0.5)
    guard b[0, 0] == 2.5, b[0, count - 1] == 2.5 else {
      throw BenchmarkError.wrongResult("triad")
    }
    let bytes = Double(4 * count)
    let copy = Stopwatch.measure(seconds: 0.7, beside: .product) { b.copy(from: a) }
    guard b[0, count - 1] == 1 else { throw BenchmarkError.wrongResult("copy") }
    let triad = Stopwatch.measure(seconds: 0.7, beside: .product) {
      b.add(a, scale: 0.5)
    }
    let rows = [
      BenchmarkRow("memory copy", unit: "GB/s", work: 2 * bytes / 1e9, timing: copy),
      BenchmarkRow("memory triad", unit: "GB/s", work: 3 * bytes / 1e9, timing: triad),
    ]
    return BenchmarkResult(
      rows: rows,
      fields: ["memory_bandwidth_gbs": .number(rows.map(\.best).max() ?? .nan)]
    )
  }
}
