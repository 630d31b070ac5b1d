/// What activations share that turn every element of a row into another.
enum ElementRows {
  /// (out, stride, x, stride, rows, width).
  typealias Forward =
    @Sendable (
      UnsafeMutablePointer<Float>, Int, UnsafePointer<Float>, Int, Int, Int
    ) -> Void

  /// Runs a forward kernel over blocks of rows; `out` has the shape of `x`.
  static func forward(_ x: Tensor, into out: Tensor, _ kernel: @escaping Forward) {
    out.requireShape(x.rows, x.columns, "out")
    Parallel.rows(x.rows, perBlock: Parallel.rowsPerBlock(columns: x.columns)) { range in
      kernel(
        out.row(range.lowerBound),
        out.stride,
        x.row(range.lowerBound),
        x.stride,
        range.count,
        x.columns
      )
    }
  }
}
