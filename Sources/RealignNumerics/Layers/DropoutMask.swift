import CRealignKernels

/// Which elements of a matrix inverted dropout keeps (Srivastava and others 2014, section 10), in
/// one bit each.
///
/// The bits are a pure function of the stream and the shape, whatever the number of threads.
public struct DropoutMask: Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// What elements that are kept are multiplied by: 1 / (1 - p).
  public let scale: Float
  /// 32 bits in each element, rows apart.
  private let words: Tensor

  /// Draws a mask that drops each element on its own.
  ///
  /// - Parameters:
  ///   - rows: Number of rows.
  ///   - columns: Number of columns.
  ///   - probability: Of an element to be dropped, at least 0 and below 1; a multiple of 2⁻³² is
  ///     taken.
  ///   - stream: Read from its counter on; each row takes 8 outputs for every 32 columns.
  public init(rows: Int, columns: Int, probability: Double, stream: RandomStream) {
    precondition((0..<1).contains(probability), "a probability of \(probability)")
    self.rows = rows
    self.columns = columns
    scale = Float(1 / (1 - probability))
    let words = Tensor(rows: rows, columns: Self.words(columns: columns))
    self.words = words
    let threshold = UInt32(min((probability * 0x1p32).rounded(), 0x1p32 - 1))
    Parallel.rows(words.count, perBlock: 1 << 10) { range in
      rk_dropout_draw(
        words.pointer + range.lowerBound,
        range.count,
        stream.counter &+ UInt64(Int(RK_DROPOUT_DRAWS) * range.lowerBound),
        stream.lane,
        stream.key,
        threshold
      )
    }
  }

  /// Elements of four bytes that the mask of a row takes.
  public static func words(columns: Int) -> Int { (columns + 31) / 32 }

  /// result (rows, columns) = x with dropped elements 0 and the others scaled.
  public func apply(to x: Tensor, into result: Tensor) {
    forEachRow(result, x) { rk_dropout_apply($0, $1, $2, $3, $4) }
  }

  /// sum += x with dropped elements 0 and the others scaled; (rows, columns).
  public func add(_ x: Tensor, to sum: Tensor) {
    forEachRow(sum, x) { rk_dropout_add($0, $1, $2, $3, $4) }
  }

  private func forEachRow(
    _ target: Tensor,
    _ x: Tensor,
    _ body:
      @Sendable (
        UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafeRawPointer, Int, Float
      ) -> Void
  ) {
    target.requireShape(rows, columns, "the result")
    x.requireShape(rows, columns, "x")
    Parallel.rows(rows, perBlock: Parallel.rowsPerBlock(columns: columns)) { range in
      for r in range { body(target.row(r), x.row(r), words.row(r), columns, scale) }
    }
  }
}
