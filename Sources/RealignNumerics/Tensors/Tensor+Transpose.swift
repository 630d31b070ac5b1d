extension Tensor {
  /// The transpose, in contiguous memory of its own.
  public func transposed() -> Tensor {
    let result = Tensor(rows: columns, columns: rows)
    // Square tiles keep both the rows read and the rows written in cache.
    let tile = 32
    Parallel.rows(columns, perBlock: tile) { range in
      for start in Swift.stride(from: 0, to: rows, by: tile) {
        for r in start..<min(start + tile, rows) {
          let source = row(r)
          for c in range { result.row(c)[r] = source[c] }
        }
      }
    }
    return result
  }
}
