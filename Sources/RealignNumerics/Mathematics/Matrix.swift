import COpenBLAS

/// Matrix products on single-threaded BLAS calls, run in parallel over blocks of the result.
public enum Matrix {
  /// OpenBLAS is told once to leave threads to `Parallel`.
  static let isSingleThreaded: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// C = alpha · op(A) · op(B), added to C when `accumulate`.
  ///
  /// op(A) is M x K, op(B) K x N and C M x N; op transposes where asked. All may be strided; C must
  /// not overlap A or B. The blocks, and so the bits of the result, depend on M, N and K only.
  public static func multiply(
    _ a: Tensor,
    _ b: Tensor,
    into c: Tensor,
    transposeA: Bool = false,
    transposeB: Bool = false,
    alpha: Float = 1,
    accumulate: Bool = false
  ) {
    let inner = transposeA ? a.rows : a.columns
    let innerOfB = transposeB ? b.columns : b.rows
    precondition(
      inner == innerOfB && (transposeA ? a.columns : a.rows) == c.rows
        && (transposeB ? b.rows : b.columns) == c.columns,
      "\(a) \(transposeA ? "transposed" : "") times \(b) \(transposeB ? "transposed" : "")"
        + " into \(c)"
    )
    guard c.count > 0 else { return }
    guard inner > 0 else {
      if !accumulate { c.fill(0) }
      return
    }
    let blocks = MatrixBlocks(rows: c.rows, columns: c.columns, inner: inner)
    Parallel.run(blocks.count) { index in
      let (rows, columns) = blocks[index]
      gemm(
        transposeA ? a.columns(rows) : a.rows(rows),
        transposeB ? b.rows(columns) : b.columns(columns),
        into: c.rows(rows).columns(columns),
        transposeA: transposeA,
        transposeB: transposeB,
        alpha: alpha,
        beta: accumulate ? 1 : 0
      )
    }
  }

  /// One BLAS call.
  private static func gemm(
    _ a: Tensor,
    _ b: Tensor,
    into c: Tensor,
    transposeA: Bool,
    transposeB: Bool,
    alpha: Float,
    beta: Float
  ) {
    gemm(
      rows: c.rows,
      columns: c.columns,
      inner: transposeA ? a.rows : a.columns,
      alpha: alpha,
      (a.pointer, a.stride, transposeA),
      (b.pointer, b.stride, transposeB),
      beta: beta,
      (c.pointer, c.stride)
    )
  }

  /// The raw call that attention tiles use too: operands as (start, stride, transposed).
  static func gemm(
    rows: Int,
    columns: Int,
    inner: Int,
    alpha: Float,
    _ a: (start: UnsafeMutablePointer<Float>, stride: Int, transposed: Bool),
    _ b: (start: UnsafeMutablePointer<Float>, stride: Int, transposed: Bool),
    beta: Float,
    _ c: (start: UnsafeMutablePointer<Float>, stride: Int)
  ) {
    precondition(isSingleThreaded)
    cblas_sgemm(
      CblasRowMajor,
      a.transposed ? CblasTrans : CblasNoTrans,
      b.transposed ? CblasTrans : CblasNoTrans,
      Int32(rows),
      Int32(columns),
      Int32(inner),
      alpha,
      a.start,
      Int32(leading(a.stride, a.transposed ? rows : inner)),
      b.start,
      Int32(leading(b.stride, b.transposed ? inner : columns)),
      beta,
      c.start,
      Int32(leading(c.stride, columns))
    )
  }

  /// A one-row view may carry any stride; BLAS asks for at least the row's width.
  private static func leading(_ stride: Int, _ width: Int) -> Int { max(stride, width, 1) }
}

/// How a product is divided: a grid of blocks of the result that depends on its size only.
struct MatrixBlocks: Sendable {
  private let rows: Int
  private let columns: Int
  private let blockRows: Int
  private let blockColumns: Int
  private let acrossCount: Int
  let count: Int

  /// Multiply-adds worth a block of its own.
  private static let grain = 1 << 21

  init(rows: Int, columns: Int, inner: Int) {
    self.rows = rows
    self.columns = columns
    // A power of two divides evenly among the usual numbers of threads.
    var down = 1
    var across = 1
    let work = rows * columns * inner
    while work / (down * across) >= 2 * Self.grain && down * across < 64 {
      let height = rows / down
      let width = columns / across
      if height >= width && height >= 128 {
        down *= 2
      } else if width >= 128 {
        across *= 2
      } else if height >= 128 {
        down *= 2
      } else {
        break
      }
    }
    blockRows = Self.rounded((rows + down - 1) / down)
    blockColumns = Self.rounded((columns + across - 1) / across)
    acrossCount = (columns + blockColumns - 1) / blockColumns
    count = (rows + blockRows - 1) / blockRows * acrossCount
  }

  /// Blocks end on multiples of the BLAS register tile.
  private static func rounded(_ size: Int) -> Int { (size + 15) / 16 * 16 }

  subscript(index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let top = index / acrossCount * blockRows
    let left = index % acrossCount * blockColumns
    return (top..<min(rows, top + blockRows), left..<min(columns, left + blockColumns))
  }
}
