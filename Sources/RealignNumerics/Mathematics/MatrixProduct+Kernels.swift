import CRealignKernels

extension MatrixProduct {
  /// Multiply-adds worth a block of its own.
  private static let grain = 1 << 20

  /// Most products taken at once, so that packed parts of both operands stay in cache.
  private static let depth = 1024

  /// Most floats of the right operand packed at once.
  private static let packedCount = 1 << 21

  /// Chooses among three ways of dividing the work, by size alone.
  ///
  /// Few rows: the right operand is streamed, not packed. A wide result: each task packs its own
  /// columns. Otherwise all tasks share one packed copy of the right operand.
  func runOwnKernels() {
    let panels = (columns + Self.panel - 1) / Self.panel
    if !transposeA && transposeB && rows <= Matrix.fewRows {
      runFewRows()
    } else if packsAlone(panels: panels) {
      runWide(panels: panels)
    } else {
      runShared()
    }
  }

  /// Whether each task packs its own columns.
  private func packsAlone(panels: Int) -> Bool {
    !transposeA && (rows <= 64 || rows <= 512 && panels >= 8)
  }

  /// Whether the terms can be added while blocks of the result are in cache; with the same bits
  /// they can be added afterwards.
  func takes(_ terms: [LowRankProduct]) -> Bool {
    Matrix.usesOwnKernels && inner > 0 && !terms.isEmpty && !transposeA
      && !packsAlone(panels: (columns + Self.panel - 1) / Self.panel)
      && terms.allSatisfy {
        $0.columns.lowerBound % Self.panel == 0 && $0.left.columns > 0
          && $0.left.columns <= Self.depth
      }
  }

  /// Packs the right operands of all terms, one after the other.
  private func packTerms() -> (panels: FloatBuffer, starts: [Int])? {
    guard !terms.isEmpty else { return nil }
    var starts: [Int] = []
    var end = 0
    for term in terms {
      starts.append(end)
      end +=
        (term.columns.count + Self.panel - 1) / Self.panel * Self.panel * term.left.columns
    }
    let panels = Scratch.borrow(count: end)
    Parallel.run(terms.count) { [starts] index in
      let term = terms[index]
      rk_gemm_pack_right(
        panels.base + starts[index],
        term.right.pointer,
        term.right.stride,
        term.isTransposed ? 1 : 0,
        term.left.columns,
        term.columns.count
      )
    }
    return (panels, starts)
  }

  /// Adds the terms to a block of the result.
  private func addTerms(
    _ rows: Range<Int>,
    _ columns: Range<Int>,
    packed: (panels: FloatBuffer, starts: [Int])
  ) {
    for (term, start) in zip(terms, packed.starts) {
      // Blocks start on panels of the result, and so on those of the term.
      let part = columns.clamped(to: term.columns)
      guard !part.isEmpty else { continue }
      let inner = term.left.columns
      let c = c.rows(rows).columns(part)
      rk_gemm_multiply(
        c.pointer,
        c.stride,
        term.left.row(rows.lowerBound),
        Self.strip * term.left.stride,
        term.left.stride,
        1,
        packed.panels.base + start + (part.lowerBound - term.columns.lowerBound) * inner,
        Self.panel * inner,
        rows.count,
        part.count,
        inner,
        term.scale,
        1
      )
    }
  }

  /// Rows of the right operand per task are a multiple of this, so that few tiles are narrow.
  private static let fewUnit = 48

  private func runFewRows() {
    let type = b.type.kernelCode
    let packed = Scratch.borrow(count: rk_gemm_few_count(rows, inner, type))
    defer { Scratch.giveBack(packed) }
    rk_gemm_pack_few(packed.base, a.pointer, a.stride, rows, inner, type)
    let chunk = Self.chunkSize(inner, atMost: Self.depth)
    // Tasks of some ten microseconds, and enough of them that threads end together.
    let least = max(1, (1 << 15) / (inner * Self.fewUnit))
    let perTask = Self.fewUnit * max(least, min(4, columns / (32 * Self.fewUnit)))
    Parallel.rows(columns, perBlock: perTask) { range in
      let (right, rightStride) = streamed(from: range.lowerBound)
      rk_gemm_few_rows(
        c.pointer + range.lowerBound,
        c.stride,
        packed.base,
        right,
        rightStride,
        rows,
        range.count,
        inner,
        chunk,
        alpha,
        accumulate ? 1 : 0,
        type
      )
    }
  }

  /// Where a row of the right operand lies as it is stored, and the elements from row to row.
  private func streamed(from row: Int) -> (start: UnsafeRawPointer, stride: Int) {
    switch b {
    case .single(let b): (UnsafeRawPointer(b.row(row)), b.stride)
    case .half(let b): (UnsafeRawPointer(b.row(row)), b.columns)
    }
  }

  /// Packs part of the right operand into panels.
  private func packRight(
    _ depth: Range<Int>,
    _ columns: Range<Int>,
    into packed: UnsafeMutablePointer<Float>
  ) {
    withRight(depth, columns) { start, stride in
      rk_gemm_pack_right(
        packed,
        start,
        stride,
        transposeB ? 1 : 0,
        depth.count,
        columns.count
      )
    }
  }

  private func runWide(panels: Int) {
    let work = rows * Self.panel * inner
    Parallel.rows(panels, perBlock: (Self.grain + work - 1) / work) { range in
      for panel in range {
        let columns = panel * Self.panel..<min(columns, (panel + 1) * Self.panel)
        for depth in Self.chunks(inner, atMost: Self.depth) {
          Scratch.with(count: depth.count * Self.panel) { packed in
            packRight(depth, columns, into: packed)
            multiply(0..<rows, columns, depth, packed: packed)
          }
        }
      }
    }
  }

  private func runShared() {
    let depths = Self.chunks(inner, atMost: Self.depth)
    let deepest = depths.first?.count ?? 0
    let width = max(Self.packedCount / deepest / Self.panel, 1) * Self.panel
    let packedTerms = packTerms()
    defer { if let packedTerms { Scratch.giveBack(packedTerms.panels) } }
    for columns in Self.chunks(columns, atMost: width, multipleOf: Self.panel) {
      let panels = (columns.count + Self.panel - 1) / Self.panel
      let packed = Scratch.borrow(count: panels * Self.panel * deepest)
      for depth in depths {
        pack(columns, depth, into: packed)
        let grid = grid(panels: panels, depth: depth.count)
        Parallel.run(grid.down * grid.across) { index in
          let top = index / grid.across * grid.height
          let first = index % grid.across * grid.panels
          let start = columns.lowerBound + first * Self.panel
          guard top < rows && start < columns.upperBound else { return }
          let rows = top..<min(rows, top + grid.height)
          let columns = start..<min(columns.upperBound, start + grid.panels * Self.panel)
          multiply(
            rows,
            columns,
            depth,
            packed: packed.base + first * Self.panel * depth.count
          )
          if let packedTerms, depth.upperBound == inner {
            addTerms(rows, columns, packed: packedTerms)
          }
        }
      }
      Scratch.giveBack(packed)
    }
  }

  /// Packs columns of the right operand, in parallel.
  private func pack(_ columns: Range<Int>, _ depth: Range<Int>, into packed: FloatBuffer) {
    let perTask = max(1, (1 << 16) / (depth.count * Self.panel)) * Self.panel
    Parallel.rows(columns.count, perBlock: perTask) { range in
      packRight(
        depth,
        columns.lowerBound + range.lowerBound..<columns.lowerBound + range.upperBound,
        into: packed.base + range.lowerBound * depth.count
      )
    }
  }

  /// A grid of tasks over all rows and some panels: rows are split first.
  private func grid(
    panels: Int,
    depth: Int
  ) -> (down: Int, across: Int, height: Int, panels: Int) {
    let tasks = min(max(rows * panels * Self.panel * depth / Self.grain, 1), 64)
    let wanted = min(tasks, max(1, rows / 32))
    let height = (rows + wanted * Self.strip - 1) / (wanted * Self.strip) * Self.strip
    let down = (rows + height - 1) / height
    // Columns are split as well only when rows alone make too few tasks: each column of tasks
    // reads the left operand anew.
    let across = min(panels, max(1, min(tasks, 8) / down))
    let perTask = (panels + across - 1) / across
    return (down, (panels + perTask - 1) / perTask, height, perTask)
  }

  /// Multiplies a block whose part of the right operand is packed.
  private func multiply(
    _ rows: Range<Int>,
    _ columns: Range<Int>,
    _ depth: Range<Int>,
    packed: UnsafeMutablePointer<Float>
  ) {
    let left = left(rows, depth)
    let adds: Int32 = accumulate || depth.lowerBound > 0 ? 1 : 0
    let c = c.rows(rows).columns(columns)
    func run(_ a: UnsafeMutablePointer<Float>, _ strip: Int, _ row: Int, _ inner: Int) {
      rk_gemm_multiply(
        c.pointer,
        c.stride,
        a,
        strip,
        row,
        inner,
        packed,
        Self.panel * depth.count,
        rows.count,
        columns.count,
        depth.count,
        alpha,
        adds
      )
    }
    guard transposeA else {
      run(left.pointer, Self.strip * left.stride, left.stride, 1)
      return
    }
    let height = (rows.count + Self.strip - 1) / Self.strip * Self.strip
    Scratch.with(count: height * depth.count) { strips in
      rk_gemm_pack_left(strips, left.pointer, left.stride, depth.count, rows.count)
      run(strips, Self.strip * depth.count, 1, Self.strip)
    }
  }

  /// Cuts 0..<count into nearly equal ranges.
  private static func chunks(
    _ count: Int,
    atMost limit: Int,
    multipleOf unit: Int = 1
  ) -> [Range<Int>] {
    let size = chunkSize(count, atMost: limit, multipleOf: unit)
    return stride(from: 0, to: count, by: max(size, 1)).map { $0..<min(count, $0 + size) }
  }

  private static func chunkSize(_ count: Int, atMost limit: Int, multipleOf unit: Int = 1) -> Int {
    let pieces = max(1, (count + limit - 1) / limit)
    return ((count + pieces - 1) / pieces + unit - 1) / unit * unit
  }
}
