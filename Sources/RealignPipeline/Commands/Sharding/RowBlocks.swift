import RealignText

/// The rows of a whole input in blocks of equal size, the last one shorter.
///
/// A block is computed by itself: what is packed, shared or batched together lies within it. Blocks
/// are counted from the start of the input, so whoever computes a block gets the same bits.
struct RowBlocks: Sendable, Equatable {
  /// Rows of the input.
  let rowCount: Int
  /// Rows of a block.
  let blockRows: Int

  /// Rows of a block unless another number is asked for.
  static let defaultRows = 64
  /// The largest block that may be asked for.
  static let mostRows = 65_536

  /// How many blocks there are; none without rows.
  var count: Int { (rowCount + blockRows - 1) / blockRows }

  /// The rows of a block.
  subscript(block: Int) -> Range<Int> { rows(block..<block + 1) }

  /// The rows of consecutive blocks.
  func rows(_ blocks: Range<Int>) -> Range<Int> {
    min(blocks.lowerBound * blockRows, rowCount)..<min(blocks.upperBound * blockRows, rowCount)
  }
}
