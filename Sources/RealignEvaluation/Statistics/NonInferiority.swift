/// One benchmark measured before and after on the same items.
public struct PairedBenchmark: Sendable, Equatable {
  /// Name shown in reports; also names the random stream.
  public var name: String
  /// Score of guessing, such as 0.25 for four choices.
  public var chance: Double
  /// Score of every item before, usually 0 or 1, higher is better.
  public var baseline: [Double]
  /// Score of the same items after.
  public var final: [Double]
  /// Group of every item; items of one group are resampled together.
  public var clusters: [String]

  /// Creates a benchmark; without `clusters` every item stands alone.
  public init(
    name: String,
    chance: Double,
    baseline: [Double],
    final: [Double],
    clusters: [String]? = nil
  ) {
    precondition(
      baseline.count == final.count,
      "baseline (\(baseline.count)) and final (\(final.count)) differ"
    )
    self.name = name
    self.chance = chance
    self.baseline = baseline
    self.final = final
    self.clusters = clusters ?? baseline.indices.map(String.init)
  }
}

/// How much of each capability is left: (final − chance) / (baseline − chance), paired by item.
///
/// A non-inferiority reading: the model keeps a share m of its skill when the one-sided lower
/// bound of the retention reaches m. Because numerator and denominator are resampled together this
/// is the test of mean(final − chance) ≥ m · mean(baseline − chance).
public struct NonInferiority: Sendable, Equatable {
  /// Retention of one benchmark.
  public struct Retention: Sendable, Equatable {
    /// Name of the benchmark.
    public var name: String
    /// Mean score before.
    public var baseline: Double
    /// Mean score after.
    public var final: Double
    /// Retention with bounds.
    public var estimate: BootstrapEstimate
    /// Upper bound at a confidence shared out over all benchmarks (Bonferroni).
    public var sharedUpperBound: Double

    /// Whether the skill is worse than `share` of the baseline beyond chance.
    public func isSignificantlyBelow(_ share: Double) -> Bool { sharedUpperBound < share }
  }

  /// Benchmarks with a measurable skill, in the order given.
  public let benchmarks: [Retention]
  /// Names of benchmarks where the baseline is not reliably above chance: nothing to retain.
  public let unmeasurable: [String]
  /// Mean retention over ``benchmarks``; `nil` when none is measurable.
  public let mean: BootstrapEstimate?

  /// Measures every benchmark; each draws from its own stream, so adding one changes no other.
  public init(_ benchmarks: [PairedBenchmark], bootstrap: ClusterBootstrap) {
    let measured = benchmarks.map { Measurement($0, bootstrap: bootstrap) }
    let usable = measured.filter(\.isMeasurable)
    unmeasurable = measured.filter { !$0.isMeasurable }.map(\.benchmark.name)
    self.benchmarks = usable.map { $0.retention(bootstrap, among: usable.count) }
    mean = Self.mean(usable, bootstrap)
  }

  /// The benchmark with the lowest retention.
  public var worst: Retention? {
    benchmarks.min { $0.estimate.interval.estimate < $1.estimate.interval.estimate }
  }

  private static func mean(
    _ usable: [Measurement],
    _ bootstrap: ClusterBootstrap
  ) -> BootstrapEstimate? {
    guard !usable.isEmpty else { return nil }
    let count = Double(usable.count)
    let short = usable.contains { $0.draws.isEmpty }
    let draws = (0..<(short ? 0 : bootstrap.resamples)).map { index in
      usable.reduce(0.0) { $0 + $1.draws[index] } / count
    }
    return bootstrap.summary(
      estimate: usable.reduce(0.0) { $0 + $1.value } / count,
      draws: draws,
      items: usable.reduce(0) { $0 + $1.benchmark.baseline.count },
      clusters: usable.reduce(0) { $0 + $1.table.clusterCount }
    )
  }
}

extension NonInferiority {
  /// One benchmark with its resampled retentions.
  private struct Measurement {
    let benchmark: PairedBenchmark
    let table: ClusterTable
    let value: Double
    let draws: [Double]
    let isMeasurable: Bool

    init(_ benchmark: PairedBenchmark, bootstrap: ClusterBootstrap) {
      let chance = benchmark.chance
      func retention(_ sums: [Double]) -> Double {
        let base = sums[1] / sums[0] - chance
        return base > 0 ? (sums[2] / sums[0] - chance) / base : .nan
      }
      var named = bootstrap
      named.name += "/" + benchmark.name
      self.benchmark = benchmark
      table = ClusterTable(
        columns: [benchmark.baseline, benchmark.final],
        clusters: benchmark.clusters
      )
      value = retention(table.totals)
      draws = named.draws(table, stream: named.name, statistic: retention)
      let baseline = named.mean(benchmark.baseline, clusters: benchmark.clusters)
      isMeasurable = value.isFinite && !(baseline.lowerBound <= chance)
    }

    func retention(_ bootstrap: ClusterBootstrap, among count: Int) -> Retention {
      var shared = bootstrap
      shared.confidence = 1 - (1 - bootstrap.confidence) / Double(count)
      let items = benchmark.baseline.count
      let totals = table.totals
      func summary(_ bootstrap: ClusterBootstrap) -> BootstrapEstimate {
        bootstrap.summary(
          estimate: value,
          draws: draws,
          items: items,
          clusters: table.clusterCount
        )
      }
      return Retention(
        name: benchmark.name,
        baseline: totals[1] / totals[0],
        final: totals[2] / totals[0],
        estimate: summary(bootstrap),
        sharedUpperBound: summary(shared).upperBound
      )
    }
  }
}
