import CRealignKernels

/// Each run of rows made one row.
public enum RowPooling {
  /// out (S, C) = the mean of the rows of x (T, C) in each of S ranges, summed in double.
  public static func mean(_ x: Tensor, _ ranges: [Range<Int>], into out: Tensor) {
    pool(x, ranges, into: out) { rk_mean_of_rows($0, $1, $2, $3, $4) }
  }

  /// out (S, C) = the largest value of each column of x (T, C) in each of S ranges.
  public static func max(_ x: Tensor, _ ranges: [Range<Int>], into out: Tensor) {
    pool(x, ranges, into: out) { rk_max_of_rows($0, $1, $2, $3, $4) }
  }

  private static func pool(
    _ x: Tensor,
    _ ranges: [Range<Int>],
    into out: Tensor,
    _ kernel: @Sendable (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int, Int, Int) -> Void
  ) {
    out.requireShape(ranges.count, x.columns, "out")
    for range in ranges {
      precondition(
        !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= x.rows,
        "rows \(range) of \(x.rows)"
      )
    }
    Parallel.run(ranges.count) { index in
      let range = ranges[index]
      kernel(out.row(index), x.row(range.lowerBound), x.stride, range.count, x.columns)
    }
  }
}
