import Foundation
import Synchronization

/// The one pool of threads everything runs on.
///
/// Work is divided by its size alone, never by the number of threads, and blocks write disjoint
/// memory, so results have the same bits for any thread count. A call made while another runs
/// (nested, or from a second thread) is done by its caller alone.
public enum Parallel {
  private static let pool = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)

  /// Sets how many threads work, the caller included; the default is one per processor.
  public static func configure(threads: Int) {
    precondition(threads >= 1, "\(threads) threads")
    pool.resize(threads: threads)
  }

  /// How many threads work, the caller included.
  public static var threads: Int { pool.threadCount }

  /// Calls `body` once for each index below `count`, in any order, and returns when all are done.
  public static func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    if count > 1 && pool.run(count, body) { return }
    for index in 0..<count { body(index) }
  }

  /// Splits `rows` into consecutive ranges of `perBlock` (the last may be shorter).
  static func rows(_ rows: Int, perBlock: Int, _ body: @Sendable (Range<Int>) -> Void) {
    run((rows + perBlock - 1) / perBlock) { block in
      body(block * perBlock..<min(rows, (block + 1) * perBlock))
    }
  }

  /// Rows per block such that a block touches about `elements` floats.
  static func rowsPerBlock(columns: Int, elements: Int = 1 << 15) -> Int {
    max(1, elements / max(columns, 1))
  }
}
