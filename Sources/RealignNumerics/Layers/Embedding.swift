import CRealignKernels

/// Rows picked from a table by index, and the gradient that goes back to them.
public enum Embedding {
  /// out[t, :] = table[ids[t], :].
  public static func gather(table: Tensor, ids: [Int32], into out: Tensor) {
    out.requireShape(ids.count, table.columns, "out")
    check(ids, rows: table.rows)
    Parallel.rows(ids.count, perBlock: Parallel.rowsPerBlock(columns: table.columns)) { range in
      for t in range {
        out.row(t).update(from: table.row(Int(ids[t])), count: table.columns)
      }
    }
  }

  /// out[t, :] = table[ids[t], :], widened to single precision.
  public static func gather(table: WeightMatrix, ids: [Int32], into out: Tensor) {
    switch table {
    case .single(let table): gather(table: table, ids: ids, into: out)
    case .half(let table):
      out.requireShape(ids.count, table.columns, "out")
      check(ids, rows: table.rows)
      for (t, id) in ids.enumerated() {
        table.type.widen(table.row(Int(id)), into: out.row(t), count: table.columns)
      }
    }
  }

  /// table[ids[t], :] += gradient[t, :], in the order of t also where ids repeat.
  public static func scatterAdd(gradient: Tensor, ids: [Int32], table: Tensor) {
    gradient.requireShape(ids.count, table.columns, "gradient")
    check(ids, rows: table.rows)
    // Threads share out columns, so that no two meet in one row.
    let width = ids.count * table.columns < 1 << 17 ? table.columns : 128
    Parallel.rows(table.columns, perBlock: max(width, 1)) { columns in
      let start = columns.lowerBound
      for (t, id) in ids.enumerated() {
        rk_add_scaled(table.row(Int(id)) + start, gradient.row(t) + start, columns.count, 1)
      }
    }
  }

  private static func check(_ ids: [Int32], rows: Int) {
    for id in ids where id < 0 || Int(id) >= rows {
      preconditionFailure("id \(id) in a table of \(rows) rows")
    }
  }
}
