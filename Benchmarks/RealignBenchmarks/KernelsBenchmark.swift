import RealignNumerics
import RealignText

/// Every kernel beside its definition in plain C and beside its bound: the bytes it must move at
/// the bandwidth of the triad, or the operations it must do at the rate of matrix products,
/// whichever takes longer.
///
/// The plain C is compiled with ordinary optimisation and runs on one thread. Kernels run on one
/// thread and on all, on data larger than the caches and, on one thread, on data within a core's
/// cache, where the bound is the triad of the same size. Bytes are those read and written when
/// each is touched once; what a store reads before it writes is not counted, so that a kernel
/// that fills a new array without streaming stores stays below 2/3 to 3/4 of its bound.
public struct KernelsBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "kernels"
  /// One line for the help.
  public let summary = "every kernel beside plain C and beside its bound"

  /// A benchmark.
  public init() {}

  /// Bytes that are beyond the caches of most machines.
  static let largeBytes = 1 << 27

  /// How kernels are measured: where the data lies, and by how many threads.
  struct Setting: Equatable {
    let bytes: Int
    let threads: Int

    var isCached: Bool { bytes <= Yardstick.cachedBytes }

    /// What a figure in this setting is called after its kernel.
    var suffix: String { isCached ? " in cache, threads \(threads)" : ", threads \(threads)" }

    /// What the bytes are measured against.
    var bandwidth: Yardstick { isCached ? .cachedTriad : .triad }
  }

  /// Rates that bounds are computed from.
  struct Rates {
    /// GB/s.
    let bandwidth: Double
    /// GFLOPS.
    let product: Double

    /// Whether a case takes longer for its bytes than for its operations.
    func isBoundByBytes(_ work: KernelCase) -> Bool {
      work.bytes / bandwidth >= work.operations / product
    }
  }

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    var rows: [BenchmarkRow] = []
    var table: [JSONValue] = []
    let settings = Self.settings(context)
    defer { Parallel.configure(threads: context.threads) }
    for setting in settings {
      Parallel.configure(threads: setting.threads)
      let rates = Self.rates(setting)
      for entry in KernelEntry.all where entry.hasCachedSize || !setting.isCached {
        let name = "\(self.name) \(entry.name)\(setting.suffix)"
        guard context.wants(name) else { continue }
        context.announce(name)
        let (row, fields) = try Self.measure(entry, setting, rates, context, name: name)
        rows.append(row)
        table.append(.object(fields))
      }
    }
    return BenchmarkResult(
      rows: rows,
      fields: ["kernels": .array(table)],
      notes: ["kernels: widths of \(context.shape.name); × plain C on one thread"]
    )
  }

  /// In cache on one thread, then beyond the caches on one and on all; for a short run the last.
  static func settings(_ context: BenchmarkContext) -> [Setting] {
    let counts = context.isShort ? [context.threads] : Set([1, context.threads]).sorted()
    let cached = context.isShort ? [] : [Setting(bytes: Yardstick.cachedBytes, threads: 1)]
    return cached + counts.map { Setting(bytes: largeBytes, threads: $0) }
  }

  private static func rates(_ setting: Setting) -> Rates {
    func rate(_ yardstick: Yardstick) -> Double {
      yardstick.work / Stopwatch.measure(seconds: 0.1, yardstick.run).best
    }
    return Rates(bandwidth: rate(setting.bandwidth), product: rate(.product))
  }

  /// Checks, times and describes one kernel.
  static func measure(
    _ entry: KernelEntry,
    _ setting: Setting,
    _ rates: Rates,
    _ context: BenchmarkContext,
    name: String
  ) throws -> (BenchmarkRow, JSONObject) {
    let work = entry.make(KernelSizes(shape: context.shape, bytes: setting.bytes))
    let isFirst = context.round == 0
    if isFirst { try work.check(name) }
    let isBoundByBytes = rates.isBoundByBytes(work)
    let timing = Stopwatch.measure(
      runs: 5...40,
      seconds: context.isShort ? 0.02 : 0.15,
      beside: isBoundByBytes ? setting.bandwidth : .product,
      work.run
    )
    let naive =
      isFirst ? Stopwatch.measure(runs: 2...20, seconds: 0.02, work.runNaive).median : .nan
    let amount = (entry.countsOperations ? work.operations : work.bytes) / 1e9
    var row = BenchmarkRow(
      name,
      unit: entry.countsOperations ? "GFLOPS" : "GB/s",
      work: amount,
      timing: timing
    )
    let timesNaive = naive / timing.median
    // The row's own unit may be the other one: the bound decides the share.
    let bound = isBoundByBytes ? work.bytes / 1e9 : work.operations / 1e9
    let share = (row.relative?.value ?? .nan) * bound / amount
    row.remark =
      "×\(BenchCommand.figure(timesNaive)), \(Int((100 * share).rounded())) % of "
      + (isBoundByBytes ? "bandwidth" : "arithmetic")
    return (
      row,
      [
        "name": .string(entry.name),
        (entry.countsOperations ? "gflops" : "gbs"): .number(row.value),
        "times_naive": .number(timesNaive), "fraction_of_bound": .number(share),
        "bound": .string(isBoundByBytes ? "bytes" : "operations"),
        "threads": .integer(setting.threads), "in_cache": .bool(setting.isCached),
      ]
    )
  }
}
