import CRealignKernels

/// Lengths of rows, and diagonal factors on either side of a matrix.
extension Tensor {
  /// The Euclidean norm of every row, (1, rows), summed in double.
  public func rowNorms() -> Tensor {
    let norms = Tensor(rows: 1, columns: rows)
    Parallel.rows(rows, perBlock: Parallel.rowsPerBlock(columns: columns)) { range in
      for r in range {
        norms.pointer[r] = Float(rk_sum_of_squares(row(r), columns).squareRoot())
      }
    }
    return norms
  }

  /// Row i times `factors[i]`; `factors` is (1, rows).
  public func scaleRows(by factors: Tensor) {
    factors.requireVector(rows, "factors")
    Parallel.rows(rows, perBlock: Parallel.rowsPerBlock(columns: columns)) { range in
      for r in range { rk_scale(row(r), columns, factors.pointer[r]) }
    }
  }

  /// Column j times `factors[j]`; `factors` is (1, columns).
  public func scaleColumns(by factors: Tensor) {
    factors.requireVector(columns, "factors")
    Parallel.rows(rows, perBlock: Parallel.rowsPerBlock(columns: columns)) { range in
      for r in range { rk_multiply(row(r), factors.pointer, columns) }
    }
  }

  /// self[j] += factors[j] · Σᵢ a[i, j] · b[i, j], each sum in double and in the order of the rows.
  ///
  /// - Parameters:
  ///   - a: (T, C), as `b`.
  ///   - factors: (1, C), as self.
  public func addColumnProducts(_ a: Tensor, _ b: Tensor, factors: Tensor) {
    requireVector(a.columns, "sums")
    factors.requireVector(a.columns, "factors")
    b.requireShape(a.rows, a.columns, "second factor")
    let width = 256
    Parallel.run((a.columns + width - 1) / width) { block in
      let start = block * width
      let count = min(width, a.columns - start)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { sums in
        sums.initialize(repeating: 0)
        for r in 0..<a.rows {
          let (x, y) = (a.row(r) + start, b.row(r) + start)
          for c in 0..<count { sums[c] += Double(x[c]) * Double(y[c]) }
        }
        for c in 0..<count {
          pointer[start + c] += Float(sums[c] * Double(factors.pointer[start + c]))
        }
      }
    }
  }
}
