import CRealignKernels

/// What rows of logits say, measured again and again in the same memory.
public final class LogitMeasurements: @unchecked Sendable {
  /// Most rows that are measured at once.
  public let capacity: Int
  private let base: UnsafeMutablePointer<rk_row_statistics>

  /// Memory for so many rows.
  public init(capacity: Int) {
    precondition(capacity >= 0, "\(capacity) rows")
    self.capacity = capacity
    base = .allocate(capacity: max(capacity, 1))
    base.initialize(repeating: rk_row_statistics(), count: max(capacity, 1))
  }

  deinit { base.deallocate() }

  /// Measures every row of `logits` (T, V); T is at most `capacity`, V at least 1.
  public func measure(_ logits: Tensor) {
    precondition(
      logits.rows <= capacity && (logits.columns > 0 || logits.rows == 0),
      "\(logits) where \(capacity) rows are measured"
    )
    Softmax.forEachBlock(logits) { range in
      rk_softmax_statistics(
        base + range.lowerBound,
        logits.row(range.lowerBound),
        logits.stride,
        range.count,
        logits.columns
      )
    }
  }

  /// The most likely token of a row; the first of equals.
  public func mostProbable(_ row: Int) -> Int32 { Int32(self[row].argmax) }

  /// -Σ p log p of a row, nats.
  public func entropy(_ row: Int) -> Float { Float(self[row].entropy) }

  /// log Σ exp(logit) of a row.
  public func logSumExp(_ row: Int) -> Double { self[row].log_sum_exp }

  subscript(row: Int) -> rk_row_statistics {
    precondition(row >= 0 && row < capacity, "row \(row) of \(capacity)")
    return base[row]
  }
}
