/// A product of small inner size that is added to some columns of a large one while these are in
/// cache.
public struct LowRankProduct: Sendable {
  /// (M, r).
  let left: Tensor
  /// (r, columns), or (columns, r) when transposed.
  let right: Tensor
  let isTransposed: Bool
  let columns: Range<Int>
  let scale: Float

  /// scale · left · op(right), for some columns of the result.
  public init(
    _ left: Tensor,
    _ right: Tensor,
    transposeB: Bool,
    columns: Range<Int>,
    scale: Float = 1
  ) {
    precondition(
      (transposeB ? right.columns : right.rows) == left.columns
        && (transposeB ? right.rows : right.columns) == columns.count,
      "\(left) times \(right)\(transposeB ? "ᵀ" : "") into columns \(columns)"
    )
    self.left = left
    self.right = right
    isTransposed = transposeB
    self.columns = columns
    self.scale = scale
  }
}
