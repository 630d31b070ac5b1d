import Foundation

/// Zeroed memory whose large blocks lie in large pages where the system has them.
///
/// A pass over all weights touches half a million small pages; looking their addresses up took a
/// fifth of the time of a step of generation.
enum LargePages {
  private static let pageBytes = 2 << 20
  /// Blocks from this size on are advised: their last page is seldom full.
  private static let leastBytes = 8 << 20

  /// Zeros, to be freed with `free`; memory that is not touched takes no room.
  static func zeros(bytes: Int) -> UnsafeMutableRawPointer {
    // calloc hands out untouched pages for large blocks, so zeros cost nothing until used.
    guard let block = calloc(1, bytes) else {
      preconditionFailure("out of memory: \(bytes) bytes")
    }
    #if os(Linux)
      if bytes >= leastBytes {
        let start = block.alignedUp(toMultipleOf: pageBytes)
        let count = (block + bytes - start) / pageBytes * pageBytes
        // A system without large pages refuses, which costs nothing.
        _ = madvise(start, count, MADV_HUGEPAGE)
      }
    #endif
    return block
  }
}
