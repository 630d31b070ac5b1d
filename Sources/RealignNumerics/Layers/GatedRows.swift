/// What gated feed-forward activations share: `gateUp` (T, 2F) holds gate, then up.
enum GatedRows {
  /// (out, stride, gateUp, stride, rows, width).
  typealias Forward =
    @Sendable (
      UnsafeMutablePointer<Float>, Int, UnsafePointer<Float>, Int, Int, Int
    ) -> Void
  /// (gradientGateUp, stride, gradient, stride, gateUp, stride, rows, width).
  typealias Backward =
    @Sendable (
      UnsafeMutablePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, Int,
      Int
    ) -> Void

  /// Runs a forward kernel over blocks of rows.
  static func forward(gateUp: Tensor, into out: Tensor, _ kernel: @escaping Forward) {
    out.requireShape(gateUp.rows, gateUp.columns / 2, "out")
    Parallel.rows(out.rows, perBlock: Parallel.rowsPerBlock(columns: gateUp.columns)) { range in
      kernel(
        out.row(range.lowerBound),
        out.stride,
        gateUp.row(range.lowerBound),
        gateUp.stride,
        range.count,
        out.columns
      )
    }
  }

  /// Runs a backward kernel over blocks of rows.
  static func backward(
    gradient: Tensor,
    gateUp: Tensor,
    gradientGateUp: Tensor,
    _ kernel: @escaping Backward
  ) {
    gradient.requireShape(gateUp.rows, gateUp.columns / 2, "gradient")
    gradientGateUp.requireShape(gateUp.rows, gateUp.columns, "gradientGateUp")
    Parallel.rows(
      gateUp.rows,
      perBlock: Parallel.rowsPerBlock(columns: gateUp.columns)
    ) { range in
      kernel(
        gradientGateUp.row(range.lowerBound),
        gradientGateUp.stride,
        gradient.row(range.lowerBound),
        gradient.stride,
        gateUp.row(range.lowerBound),
        gateUp.stride,
        range.count,
        gradient.columns
      )
    }
  }
}
