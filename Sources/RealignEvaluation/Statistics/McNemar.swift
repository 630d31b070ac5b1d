import RealignDetection

/// McNemar's exact test for before and after on the same items.
///
/// Only items that changed count; if nothing really changed each is fixed or broken with
/// probability one half.
public struct McNemar: Sendable, Equatable {
  /// Items wrong before and right after.
  public let fixed: Int
  /// Items right before and wrong after.
  public let broken: Int

  /// Creates the test from counts.
  public init(fixed: Int, broken: Int) {
    precondition(fixed >= 0 && broken >= 0, "fixed \(fixed) or broken \(broken) is negative")
    self.fixed = fixed
    self.broken = broken
  }

  /// Counts changes between paired outcomes (true: right).
  public init(before: [Bool], after: [Bool]) {
    precondition(
      before.count == after.count,
      "before (\(before.count)) and after (\(after.count)) differ"
    )
    let pairs = zip(before, after)
    self.init(fixed: pairs.count { !$0 && $1 }, broken: pairs.count { $0 && !$1 })
  }

  /// Chance of a split at least this uneven if nothing changed; 1 when no item changed.
  public var pValue: Double {
    min(1, 2 * BinomialTail.atMost(min(fixed, broken), of: fixed + broken, probability: 0.5))
  }

  /// Chance of at least this many fixed items if nothing improved.
  public var improvementPValue: Double {
    BinomialTail.atLeast(fixed, of: fixed + broken, probability: 0.5)
  }

  /// Chance of at least this many broken items if nothing got worse.
  public var degradationPValue: Double {
    BinomialTail.atLeast(broken, of: fixed + broken, probability: 0.5)
  }
}
