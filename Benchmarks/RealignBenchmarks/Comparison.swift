import Foundation

/// One figure now against then.
///
/// What is compared are figures over a yardstick timed beside each, so that a machine that is
/// slower as a whole, or for a while, changes neither. A figure has changed only when its median
/// and its best say so by more than the tolerance, and when other programs left the machine alone.
public struct Comparison: Sendable, Equatable {
  /// What the change amounts to.
  public enum Verdict: String, Sendable {
    /// Slower by more than the noise of both runs explains.
    case regression
    /// Faster by more than the noise explains.
    case improvement
    /// Within the noise.
    case same
    /// Beyond the noise, but other programs were running in one of the runs.
    case unclear
  }

  /// The figure's name.
  public let name: String
  /// Now over then, yardsticks cancelled; above 1 is faster.
  public let ratio: Double
  /// The same of the best of both.
  public let bestRatio: Double
  /// The share by which both must differ from 1.
  public let tolerance: Double
  /// The larger share of all processors that others took in one of the runs.
  public let othersShare: Double

  /// Share of all processors from which on others may be the cause of a change.
  static let disturbance = 0.1
  /// Differences that no one needs to hear about: caches fall out differently in every process.
  static let leastTolerance = 0.1

  /// What the change amounts to.
  public var verdict: Verdict {
    let isSlower = max(ratio, bestRatio) < 1 - tolerance
    let isFaster = min(ratio, bestRatio) > 1 + tolerance
    guard isSlower || isFaster else { return .same }
    if othersShare > Self.disturbance { return .unclear }
    return isSlower ? .regression : .improvement
  }

  /// Compares two figures of one name.
  ///
  /// The tolerance is 10 %, or twice the sum of both spreads where that is more. Nil for figures
  /// that were measured beside different yardsticks.
  init?(_ new: BenchmarkRow, with old: BenchmarkRow, yardsticks: (new: Double, old: Double)) {
    guard new.relative?.yardstick == old.relative?.yardstick else { return nil }
    name = new.name
    othersShare = max(new.othersShare ?? 0, old.othersShare ?? 0)
    let spreads: Double
    if let now = new.relative, let before = old.relative {
      ratio = now.value / before.value
      bestRatio = now.best / before.best
      spreads = now.spread + before.spread
    } else {
      let scale = yardsticks.old / yardsticks.new
      ratio = new.value / old.value * scale
      bestRatio = new.best / old.best * scale
      spreads = new.spread + old.spread
    }
    tolerance = max(Self.leastTolerance, 2 * spreads)
  }

  /// The figures that both runs have, in the order of the new one.
  public static func compare(_ new: SavedReport, with old: SavedReport) -> [Comparison] {
    new.rows.compactMap { row in
      old.rows.first { $0.name == row.name && $0.unit == row.unit }.flatMap {
        Comparison(row, with: $0, yardsticks: (new.yardstick, old.yardstick))
      }
    }
  }

  /// Compares, and measures again what seems to have changed: it has only when every time says so.
  ///
  /// - Parameters:
  ///   - report: The new figures; those measured again are replaced by the one nearest to the old.
  ///   - old: The saved figures.
  ///   - attempts: How often a figure is measured again.
  ///   - measure: Measures the figures of these names once more.
  static func confirmed(
    _ report: inout SavedReport,
    with old: SavedReport,
    attempts: Int = 2,
    measure: (Set<String>) throws -> [BenchmarkRow]
  ) rethrows -> [Comparison] {
    for _ in 0..<attempts {
      let suspects = compare(report, with: old).filter { $0.verdict != .same }
      guard !suspects.isEmpty else { break }
      for row in try measure(Set(suspects.map(\.name))) {
        guard let place = report.rows.firstIndex(where: { $0.name == row.name }),
          let suspect = suspects.first(where: { $0.name == row.name }),
          let before = old.rows.first(where: { $0.name == row.name && $0.unit == row.unit }),
          let again = Comparison(row, with: before, yardsticks: (report.yardstick, old.yardstick)),
          abs(log2(again.ratio)) < abs(log2(suspect.ratio))
        else { continue }
        report.rows[place] = row
      }
    }
    return compare(report, with: old)
  }
}
