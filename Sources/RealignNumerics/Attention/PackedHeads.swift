import CRealignKernels

/// The heads of a key or value matrix as right operands of tile products, packed once for all the
/// tiles and query heads that meet them.
///
/// Packing costs as much time as multiplying a dozen rows, and a tile has only 64.
struct PackedHeads: @unchecked Sendable {
  /// (T, K·D).
  let matrix: Tensor
  let width: Int
  /// Whether products take the transpose, as scores do.
  let isTransposed: Bool
  private let runs: [Range<Int>]
  /// The run of each row.
  private let runOfRow: [Int32]
  /// Where the panels of a run's first head start, and the floats of a head.
  private let places: [(start: Int, size: Int)]
  private let panels: FloatBuffer

  private static let panel = Int(RK_GEMM_PANEL)

  /// Packs runs of rows; nil where tiles are multiplied by the BLAS.
  init?(_ matrix: Tensor, runs: [Range<Int>], width: Int, isTransposed: Bool) {
    guard Matrix.usesOwnKernels else { return nil }
    self.matrix = matrix
    self.width = width
    self.isTransposed = isTransposed
    self.runs = runs
    let heads = matrix.columns / width
    var runOfRow = [Int32](repeating: -1, count: matrix.rows)
    var places: [(start: Int, size: Int)] = []
    var end = 0
    for (index, run) in runs.enumerated() {
      for row in run { runOfRow[row] = Int32(index) }
      let columns = isTransposed ? run.count : width
      let inner = isTransposed ? width : run.count
      let size = (columns + Self.panel - 1) / Self.panel * Self.panel * inner
      places.append((end, size))
      end += heads * size
    }
    self.runOfRow = runOfRow
    self.places = places
    panels = FloatBuffer(scratch: end)
    pack(heads: heads)
  }

  private func pack(heads: Int) {
    Parallel.run(runs.count * heads) { index in
      let (run, head) = (runs[index / heads], index % heads)
      let place = places[index / heads]
      rk_gemm_pack_right(
        panels.base + place.start + head * place.size,
        matrix.row(run.lowerBound) + head * width,
        matrix.stride,
        isTransposed ? 1 : 0,
        isTransposed ? width : run.count,
        isTransposed ? run.count : width
      )
    }
  }

  /// The panels of some rows of a head and the distance between them; nil where the rows lie in no
  /// run, or do not start on a panel.
  private func find(
    _ rows: Range<Int>,
    head: Int
  ) -> (start: UnsafeMutablePointer<Float>, stride: Int)? {
    let index = Int(runOfRow[rows.lowerBound])
    guard index >= 0, rows.upperBound <= runs[index].upperBound else { return nil }
    let first = rows.lowerBound - runs[index].lowerBound
    let start = panels.base + places[index].start + head * places[index].size
    guard isTransposed else {
      return (start + first * Self.panel, runs[index].count * Self.panel)
    }
    guard first % Self.panel == 0 else { return nil }
    return (start + first * width, width * Self.panel)
  }

  /// c (count, rows or width) = alpha · a · op(rows of a head), added to c when `accumulate`.
  ///
  /// - Parameters:
  ///   - count: Rows of a and c.
  ///   - a: (count, width or rows).
  ///   - packed: Nil multiplies without it.
  static func multiply(
    _ packed: PackedHeads?,
    _ matrix: Tensor,
    rows: Range<Int>,
    head: Int,
    width: Int,
    isTransposed: Bool,
    count: Int,
    alpha: Float = 1,
    _ a: Matrix.Operand,
    into c: Matrix.Operand,
    accumulate: Bool
  ) {
    let columns = isTransposed ? rows.count : width
    let inner = isTransposed ? width : rows.count
    guard let (start, stride) = packed?.find(rows, head: head) else {
      Matrix.multiplyTile(
        rows: count,
        columns: columns,
        inner: inner,
        alpha: alpha,
        a,
        Matrix.Operand(
          matrix.row(rows.lowerBound) + head * width,
          matrix.stride,
          transposed: isTransposed
        ),
        into: c,
        accumulate: accumulate
      )
      return
    }
    rk_gemm_multiply(
      c.start,
      c.stride,
      a.start,
      MatrixProduct.strip * a.stride,
      a.stride,
      1,
      start,
      stride,
      count,
      columns,
      inner,
      alpha,
      accumulate ? 1 : 0
    )
  }
}
