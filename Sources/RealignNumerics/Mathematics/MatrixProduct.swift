import CRealignKernels

/// One large product: what is multiplied, and how it is divided among threads.
struct MatrixProduct: Sendable {
  let a: Tensor
  let b: WeightMatrix
  let c: Tensor
  let transposeA: Bool
  let transposeB: Bool
  let alpha: Float
  let accumulate: Bool
  let rows: Int
  let columns: Int
  let inner: Int
  /// Added to the result while it is in cache.
  var terms: [LowRankProduct] = []

  static let panel = Int(RK_GEMM_PANEL)
  static let strip = Int(RK_GEMM_STRIP)

  init(
    a: Tensor,
    b: WeightMatrix,
    c: Tensor,
    transposeA: Bool,
    transposeB: Bool,
    alpha: Float,
    accumulate: Bool
  ) {
    self.a = a
    self.b = b
    self.c = c
    self.transposeA = transposeA
    self.transposeB = transposeB
    self.alpha = alpha
    self.accumulate = accumulate
    rows = c.rows
    columns = c.columns
    inner = transposeA ? a.rows : a.columns
    let innerOfB = transposeB ? b.columns : b.rows
    precondition(
      inner == innerOfB && (transposeA ? a.columns : a.rows) == rows
        && (transposeB ? b.rows : b.columns) == columns,
      "\(a)\(transposeA ? "ᵀ" : "") times \(b)\(transposeB ? "ᵀ" : "") into \(c)"
    )
  }

  /// Lends part of the right operand, products `depth` of some columns of op(B), in single
  /// precision: where it lies, and the distance between its rows.
  func withRight(
    _ depth: Range<Int>,
    _ columns: Range<Int>,
    _ body: (_ start: UnsafeMutablePointer<Float>, _ stride: Int) -> Void
  ) {
    let (down, across) = transposeB ? (columns, depth) : (depth, columns)
    switch b {
    case .single(let b):
      let part = b.rows(down).columns(across)
      body(part.pointer, part.stride)
    case .half(let b):
      Scratch.with(count: down.count * across.count) { wide in
        rk_widen_rows(
          wide,
          across.count,
          b.row(down.lowerBound) + across.lowerBound,
          b.columns,
          down.count,
          across.count,
          b.type.kernelCode
        )
        body(wide, across.count)
      }
    }
  }

  /// Part of the left operand, likewise.
  func left(_ rows: Range<Int>, _ depth: Range<Int>) -> Tensor {
    transposeA ? a.rows(depth).columns(rows) : a.rows(rows).columns(depth)
  }

  /// Runs single-threaded BLAS calls on a grid of blocks.
  func runBLAS() {
    let blocks = MatrixBlocks(rows: rows, columns: columns, inner: inner)
    Parallel.run(blocks.count) { index in
      let (rows, columns) = blocks[index]
      let a = left(rows, 0..<inner)
      let c = c.rows(rows).columns(columns)
      withRight(0..<inner, columns) { start, stride in
        Matrix.blas(
          rows.count,
          columns.count,
          inner,
          alpha,
          Matrix.Operand(a.pointer, a.stride, transposed: transposeA),
          Matrix.Operand(start, stride, transposed: transposeB),
          into: Matrix.Operand(c.pointer, c.stride),
          accumulate: accumulate
        )
      }
    }
  }
}

/// How a product is divided into BLAS calls: a grid of blocks that depends on its size only.
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
      if height >= 128 && (height >= width || width < 128) {
        down *= 2
      } else if width >= 128 {
        across *= 2
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
