/// The rate of square matrix products, the yardstick of other figures.
///
/// Of two sizes, and of our kernels and OpenBLAS, the fastest is chosen once. It is measured again
/// beside what is compared with it, since a machine's rate drifts within seconds.
struct PeakRate {
  private let size: GEMMBenchmark.Size
  private let kernels: GEMMBenchmark.Kernels
  /// GFLOPS when it was chosen.
  let chosen: Double

  /// Chooses the fastest, each by a median over half a second: what is compared with it runs for
  /// seconds, and for single products a processor's clock may be a twentieth faster.
  init() throws {
    var best: (size: GEMMBenchmark.Size, kernels: GEMMBenchmark.Kernels, rate: Double)?
    for size in GEMMBenchmark.peakSizes {
      for kernels in GEMMBenchmark.Kernels.here {
        let rate = try Self.rate(size, kernels, seconds: 0.5)
        if rate > best?.rate ?? 0 { best = (size, kernels, rate) }
      }
    }
    guard let best else { throw BenchmarkError.wrongResult("no product was measured") }
    (size, kernels, chosen) = best
  }

  /// GFLOPS now: the median of a quarter of a second.
  func now() throws -> Double { try Self.rate(size, kernels, seconds: 0.25) }

  private static func rate(
    _ size: GEMMBenchmark.Size,
    _ kernels: GEMMBenchmark.Kernels,
    seconds: Double
  ) throws -> Double {
    size.operations / 1e9 / (try GEMMBenchmark.timing(size, kernels, seconds: seconds).median)
  }
}

/// Work timed in turn with the peak: each sample lies between two measurements of the peak.
struct PeakComparison {
  /// The peak's GFLOPS, ascending.
  let peaks: [Double]
  /// Share of the peak that each sample reached, ascending.
  let fractions: [Double]

  /// Compares.
  ///
  /// - Parameters:
  ///   - operations: Useful GFLOP of one sample.
  ///   - seconds: What each sample took.
  ///   - peaks: GFLOPS measured before the first sample and after each.
  init(operations: Double, seconds: [Double], peaks: [Double]) {
    precondition(
      peaks.count == seconds.count + 1,
      "\(peaks.count) peaks around \(seconds.count) samples"
    )
    self.peaks = peaks.sorted()
    fractions = seconds.indices.map { index in
      operations / seconds[index] / ((peaks[index] + peaks[index + 1]) / 2)
    }
    .sorted()
  }

  /// The median peak, GFLOPS.
  var peak: Double { Quantiles.median(peaks) }
  /// The median share.
  var fraction: Double { Quantiles.median(fractions) }
}
