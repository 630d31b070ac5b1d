import RealignNumerics
import RealignTestSupport
import Testing

/// A fused projection, its attention and its gradients, by the kernels.
private struct Run {
  let fused: Tensor
  let heads: Int
  let keyValueHeads: Int
  let width: Int
  let segments: [AttentionSegment]
  let out: Tensor
  let logSumExp: Tensor

  init(_ fused: Tensor, heads: Int, keyValueHeads: Int, segments: [AttentionSegment]) {
    self.fused = fused
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.segments = segments
    width = fused.columns / (heads + 2 * keyValueHeads)
    out = Tensor(rows: fused.rows, columns: heads * width)
    logSumExp = Tensor(rows: fused.rows, columns: heads)
    let (query, key, value) = Self.split(fused, heads, keyValueHeads, width)
    CausalAttention.forward(
      query: query,
      key: key,
      value: value,
      segments: segments,
      heads: heads,
      keyValueHeads: keyValueHeads,
      into: out,
      logSumExp: logSumExp
    )
  }

  static func split(
    _ x: Tensor,
    _ heads: Int,
    _ keyValueHeads: Int,
    _ width: Int
  ) -> (Tensor, Tensor, Tensor) {
    let (q, k) = (heads * width, keyValueHeads * width)
    return (x.columns(0..<q), x.columns(q..<q + k), x.columns(q + k..<q + 2 * k))
  }

  /// The fused gradient for a gradient of `out`.
  func backward(_ gradient: Tensor) -> Tensor {
    let result = Tensor(rows: fused.rows, columns: fused.columns)
    result.fill(.nan)  // gradients are assigned, whatever was there
    let (query, key, value) = Self.split(fused, heads, keyValueHeads, width)
    let (dq, dk, dv) = Self.split(result, heads, keyValueHeads, width)
    CausalAttention.backward(
      gradient: gradient,
      query: query,
      key: key,
      value: value,
      out: out,
      logSumExp: logSumExp,
      segments: segments,
      heads: heads,
      keyValueHeads: keyValueHeads,
      gradientQuery: dq,
      gradientKey: dk,
      gradientValue: dv
    )
    return result
  }

  func reference(_ x: DoubleMatrix) -> DoubleMatrix {
    func part(_ columns: Range<Int>) -> DoubleMatrix {
      var result = DoubleMatrix(rows: x.rows, columns: columns.count)
      for r in 0..<x.rows { for (i, c) in columns.enumerated() { result[r, i] = x[r, c] } }
      return result
    }
    let (q, k) = (heads * width, keyValueHeads * width)
    return ReferenceKernels.attention(
      query: part(0..<q),
      key: part(q..<q + k),
      value: part(q + k..<q + 2 * k),
      segments: segments,
      heads: heads,
      keyValueHeads: keyValueHeads
    )
  }
}

@Suite("Causal attention")
struct CausalAttentionTests {
  static let lengths = [1, 7, 8, 31, 64, 65, 257]

  private func input(_ rows: Int, heads: Int, keyValueHeads: Int, width: Int) -> Tensor {
    .random(rows: rows, columns: (heads + 2 * keyValueHeads) * width, name: "fused")
  }

  @Test("forward agrees with the definition", arguments: lengths)
  func forward(length: Int) {
    for (heads, keyValueHeads, width) in [(1, 1, 8), (4, 2, 7), (3, 1, 16)] {
      let run = Run(
        input(length, heads: heads, keyValueHeads: keyValueHeads, width: width),
        heads: heads,
        keyValueHeads: keyValueHeads,
        segments: [AttentionSegment(range: 0..<length, group: 0)]
      )
      // Weighted means of unit values: float rounding only.
      #expect(Differences.largest(run.out, run.reference(DoubleMatrix(run.fused))) < 3e-6)
    }
  }

  @Test("gradients are the slopes of the definition", arguments: [1, 7, 31, 65, 130])
  func backward(length: Int) {
    for (heads, keyValueHeads, width) in [(1, 1, 8), (4, 2, 8)] {
      let run = Run(
        input(length, heads: heads, keyValueHeads: keyValueHeads, width: width),
        heads: heads,
        keyValueHeads: keyValueHeads,
        segments: [AttentionSegment(range: 0..<length, group: 0)]
      )
      let gradient = Tensor.random(rows: length, columns: heads * width, name: "g")
      let g = DoubleMatrix(gradient)
      let error = GradientCheck.slopeError(
        run.backward(gradient),
        at: DoubleMatrix(run.fused),
        directions: 2
      ) { run.reference($0).dot(g) }
      #expect(error < 1e-5)
    }
  }

  /// Two groups: a prompt of 70 with completions of 9, 66 and 1, then a lone sequence of 20.
  private let shared = [
    AttentionSegment(range: 0..<70, group: 4),
    AttentionSegment(range: 70..<79, prefix: 0..<70, group: 4),
    AttentionSegment(range: 79..<145, prefix: 0..<70, group: 4),
    AttentionSegment(range: 145..<146, prefix: 0..<70, group: 4),
    AttentionSegment(range: 146..<166, group: 1),
  ]

  @Test("a shared prefix agrees with the definition, forward and backward")
  func sharedPrefix() {
    let run = Run(
      input(166, heads: 4, keyValueHeads: 2, width: 8),
      heads: 4,
      keyValueHeads: 2,
      segments: shared
    )
    #expect(Differences.largest(run.out, run.reference(DoubleMatrix(run.fused))) < 3e-6)
    let gradient = Tensor.random(rows: 166, columns: 32, name: "g")
    let g = DoubleMatrix(gradient)
    let error = GradientCheck.slopeError(
      run.backward(gradient),
      at: DoubleMatrix(run.fused),
      directions: 2
    ) { run.reference($0).dot(g) }
    #expect(error < 1e-5)
  }

  @Test("sharing a prompt equals computing it once per completion")
  func sharedEqualsUnshared() {
    let run = Run(
      input(166, heads: 4, keyValueHeads: 2, width: 8),
      heads: 4,
      keyValueHeads: 2,
      segments: shared
    )
    let gradient = Tensor.random(rows: 166, columns: 32, name: "g")
    // Prompt rows get their gradient once, in the first copy.
    let dShared = run.backward(gradient)
    let expected = Tensor(rows: 166, columns: run.fused.columns)
    for (index, completion) in [70..<79, 79..<145, 145..<146].enumerated() {
      let rows = Array(0..<70) + Array(completion)
      let ids = rows.map(Int32.init)
      let fused = Tensor(rows: rows.count, columns: run.fused.columns)
      Embedding.gather(table: run.fused, ids: ids, into: fused)
      let alone = Run(
        fused,
        heads: 4,
        keyValueHeads: 2,
        segments: [AttentionSegment(range: 0..<rows.count, group: 0)]
      )
      let outRows = Tensor(rows: rows.count, columns: 32)
      Embedding.gather(table: run.out, ids: ids, into: outRows)
      #expect(Differences.largest(alone.out, DoubleMatrix(outRows)) < 1e-6)
      let g = Tensor(rows: rows.count, columns: 32)
      Embedding.gather(table: gradient, ids: ids, into: g)
      if index > 0 { g.rows(0..<70).fill(0) }
      Embedding.scatterAdd(gradient: alone.backward(g), ids: ids, table: expected)
    }
    #expect(
      Differences.largest(dShared.rows(0..<146), DoubleMatrix(expected.rows(0..<146))) < 5e-6
    )
  }

  @Test("a row's result does not change when later rows do")
  func isCausal() {
    let fused = input(100, heads: 2, keyValueHeads: 1, width: 8)
    let segments = [AttentionSegment(range: 0..<100, group: 0)]
    let before = Run(fused, heads: 2, keyValueHeads: 1, segments: segments).out.rows(0..<70)
    let changed = fused.duplicate()
    changed.rows(70..<100).fill(9)
    let after = Run(changed, heads: 2, keyValueHeads: 1, segments: segments).out.rows(0..<70)
    #expect(before.values == after.values)
  }

  @Test(
    "decoding step by step equals the whole forward pass",
    arguments: [1, 7, 64, 130],
    [(6, 2, 8), (6, 2, 16), (9, 3, 64), (5, 1, 32), (2, 2, 128)]
  )
  func decode(length: Int, shape: (heads: Int, keyValueHeads: Int, width: Int)) {
    let (heads, keyValueHeads, width) = shape
    let capacity = 140
    let run = Run(
      input(length, heads: heads, keyValueHeads: keyValueHeads, width: width),
      heads: heads,
      keyValueHeads: keyValueHeads,
      segments: [AttentionSegment(range: 0..<length, group: 0)]
    )
    let (query, key, value) = Run.split(run.fused, heads, keyValueHeads, width)
    // Slot 2 of 3 holds the sequence; slot 0 its first half; rows come in another order.
    let keys = Tensor(rows: 3 * capacity, columns: keyValueHeads * width)
    let values = Tensor(rows: 3 * capacity, columns: keyValueHeads * width)
    let half = (length + 1) / 2
    for (slot, count) in [(2, length), (0, half)] {
      let rows = slot * capacity..<slot * capacity + count
      keys.rows(rows).copy(from: key.rows(0..<count))
      values.rows(rows).copy(from: value.rows(0..<count))
    }
    let queries = Tensor(rows: 2, columns: heads * width)
    Embedding.gather(
      table: query,
      ids: [Int32(length - 1), Int32(half - 1)],
      into: queries
    )
    let out = Tensor(rows: 2, columns: heads * width)
    CausalAttention.decode(
      query: queries,
      keys: keys,
      values: values,
      slots: [2, 0],
      lengths: [length, half],
      capacity: capacity,
      heads: heads,
      keyValueHeads: keyValueHeads,
      into: out
    )
    let expected = Tensor(rows: 2, columns: heads * width)
    Embedding.gather(
      table: run.out,
      ids: [Int32(length - 1), Int32(half - 1)],
      into: expected
    )
    #expect(Differences.largest(out, DoubleMatrix(expected)) < 2e-6)
  }
}
