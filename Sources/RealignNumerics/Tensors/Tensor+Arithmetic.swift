import CRealignKernels

extension Tensor {
  /// Elements per parallel block; smaller tensors are handled by the calling thread.
  public static let elementsPerBlock = 1 << 16

  /// Calls `body` with runs of elements that lie together: (start in row-major order, count).
  func forEachRun(_ body: @Sendable (_ row: Int, _ column: Int, _ count: Int) -> Void) {
    guard count > 0 else { return }
    let block = Self.elementsPerBlock
    if isContiguous {
      Parallel.run((count + block - 1) / block) { index in
        body(0, index * block, min(block, count - index * block))
      }
      return
    }
    Parallel.rows(rows, perBlock: max(1, block / columns)) { range in
      for r in range { body(r, 0, columns) }
    }
  }

  /// As `forEachRun`, over two tensors of one shape.
  func forEachRun(
    with other: Tensor,
    _ name: String,
    _ body: @Sendable (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) {
    other.requireShape(rows, columns, name)
    if isContiguous && other.isContiguous {
      forEachRun { _, start, count in body(pointer + start, other.pointer + start, count) }
      return
    }
    guard count > 0 else { return }
    Parallel.rows(rows, perBlock: max(1, Self.elementsPerBlock / columns)) { range in
      for r in range { body(row(r), other.row(r), columns) }
    }
  }

  /// Sets every element to `value`.
  public func fill(_ value: Float) {
    forEachRun { r, start, count in
      (row(r) + start).update(repeating: value, count: count)
    }
  }

  /// Copies another tensor of the same shape.
  public func copy(from other: Tensor) {
    forEachRun(with: other, "source") { target, source, count in
      target.update(from: source, count: count)
    }
  }

  /// Copies row-major values.
  public func copy(from values: [Float]) {
    precondition(values.count == count, "\(values.count) values for \(rows) x \(columns)")
    values.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      for r in 0..<rows { row(r).update(from: start + r * columns, count: columns) }
    }
  }

  /// self += scale · other.
  public func add(_ other: Tensor, scale: Float = 1) {
    forEachRun(with: other, "summand") { rk_add_scaled($0, $1, $2, scale) }
  }

  /// self *= other, element by element.
  public func multiply(by other: Tensor) {
    forEachRun(with: other, "factor") { rk_multiply($0, $1, $2) }
  }

  /// self *= scale.
  public func scale(by scale: Float) {
    forEachRun { r, start, count in rk_scale(row(r) + start, count, scale) }
  }

  /// self += share · (other - self).
  public func interpolate(toward other: Tensor, by share: Float) {
    forEachRun(with: other, "target") { rk_interpolate($0, $1, $2, share) }
  }

  /// Whether no element is infinite or not a number.
  public var isFinite: Bool {
    if isContiguous { return rk_all_finite(pointer, count) == 1 }
    return (0..<rows).allSatisfy { rk_all_finite(row($0), columns) == 1 }
  }

  /// The sum of squares in double, in an order that depends on the shape only.
  public func sumOfSquares() -> Double { blockSumsOfSquares().reduce(0, +) }

  /// The sums of squares in double of blocks of `elementsPerBlock` elements; the last block of the
  /// elements that lie together may be shorter.
  ///
  /// Parts of a contiguous tensor that begin where a block does have the same sums.
  public func blockSumsOfSquares() -> [Double] {
    let width = isContiguous ? count : columns
    let perRow = (width + Self.elementsPerBlock - 1) / Self.elementsPerBlock
    let lines = isContiguous ? min(rows, 1) : rows
    let partial = DoublePartials(count: perRow * lines)
    Parallel.run(perRow * lines) { index in
      let start = index % perRow * Self.elementsPerBlock
      partial[index] = rk_sum_of_squares(
        row(index / perRow) + start,
        min(Self.elementsPerBlock, width - start)
      )
    }
    return partial.values
  }
}
