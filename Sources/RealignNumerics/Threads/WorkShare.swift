import Synchronization

/// The indices of a loop that one thread is to do.
///
/// The owner takes them from the front and threads that have done their own take them from the
/// back, so consecutive loops over the same rows find them in the cache of the same processor.
final class WorkShare: Sendable {
  /// The next index in the low half, the end in the high half.
  private let bounds = Atomic<UInt64>(0)
  /// Keeps shares of different threads on different cache lines.
  private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
    (0, 0, 0, 0, 0, 0, 0, 0)

  /// Fills the share; nobody takes from it meanwhile.
  func reset(to range: Range<Int>) {
    bounds.store(
      UInt64(range.lowerBound) | UInt64(range.upperBound) << 32,
      ordering: .relaxed
    )
  }

  /// An index for the owner.
  func takeFirst() -> Int? {
    var seen = bounds.load(ordering: .relaxed)
    while seen & 0xFFFF_FFFF < seen >> 32 {
      let (taken, current) = bounds.compareExchange(
        expected: seen,
        desired: seen + 1,
        ordering: .relaxed
      )
      if taken { return Int(seen & 0xFFFF_FFFF) }
      seen = current
    }
    return nil
  }

  /// An index for another thread.
  func takeLast() -> Int? {
    var seen = bounds.load(ordering: .relaxed)
    while seen & 0xFFFF_FFFF < seen >> 32 {
      let (taken, current) = bounds.compareExchange(
        expected: seen,
        desired: seen - (1 << 32),
        ordering: .relaxed
      )
      if taken { return Int(seen >> 32) - 1 }
      seen = current
    }
    return nil
  }
}
