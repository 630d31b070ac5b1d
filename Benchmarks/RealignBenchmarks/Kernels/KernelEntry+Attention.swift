import RealignNumerics

extension KernelEntry {
  /// Attention with the model's heads: whole, and the exponentials between its products.
  static var attention: [KernelEntry] {
    [
      KernelEntry(
        name: "causal_attention_forward",
        countsOperations: true,
        hasCachedSize: false,
        make: attentionForward
      ),
      KernelEntry(
        name: "causal_attention_backward",
        countsOperations: true,
        hasCachedSize: false,
        make: attentionBackward
      ),
      KernelEntry(name: "attention_decode", hasCachedSize: false, make: decode),
      KernelEntry(name: "attention_softmax", make: attentionSoftmax),
      KernelEntry(name: "attention_softmax_backward", make: attentionSoftmaxBackward),
    ]
  }

  /// Rows of the segment, and keys of a decoded row.
  private static let length = 512

  private static func segment(_ sizes: KernelSizes) -> Int {
    min(length, max(8, sizes.bytes / 1024))
  }

  private static func attentionForward(_ sizes: KernelSizes) -> KernelCase {
    let operands = AttentionTensors(sizes.shape, rows: segment(sizes))
    let found = operands.outputs()
    let expected = operands.outputs()
    return KernelCase(
      bytes: operands.bytes,
      operations: 4 * operands.pairs,
      tolerance: 1e-5,
      run: { operands.forward(into: found) },
      runNaive: {
        NaiveKernels.attention(
          query: operands.query,
          key: operands.key,
          value: operands.value,
          heads: operands.heads,
          keyValueHeads: operands.keyValueHeads,
          into: expected.out,
          logSumExp: expected.logSumExp
        )
      },
      results: {
        [
          (.tensor(found.out), .tensor(expected.out)),
          (.tensor(found.logSumExp), .tensor(expected.logSumExp)),
        ]
      }
    )
  }

  private static func attentionBackward(_ sizes: KernelSizes) -> KernelCase {
    let operands = AttentionTensors(sizes.shape, rows: segment(sizes))
    let outputs = operands.outputs()
    operands.forward(into: outputs)
    let gradient = KernelData.tensor(
      rows: operands.query.rows,
      columns: operands.query.columns,
      "gradient"
    )
    let found = operands.gradients()
    let expected = operands.gradients()
    return KernelCase(
      bytes: 3 * operands.bytes,
      // Five products, of which the forward pass has two.
      operations: 10 * operands.pairs,
      tolerance: 1e-4,
      run: {
        CausalAttention.backward(
          gradient: gradient,
          query: operands.query,
          key: operands.key,
          value: operands.value,
          out: outputs.out,
          logSumExp: outputs.logSumExp,
          segments: operands.segments,
          heads: operands.heads,
          keyValueHeads: operands.keyValueHeads,
          gradientQuery: found.query,
          gradientKey: found.key,
          gradientValue: found.value
        )
      },
      runNaive: {
        NaiveKernels.attentionBackward(
          gradient: gradient,
          query: operands.query,
          key: operands.key,
          value: operands.value,
          out: outputs.out,
          logSumExp: outputs.logSumExp,
          heads: operands.heads,
          keyValueHeads: operands.keyValueHeads,
          gradients: expected
        )
      },
      results: {
        [
          (.tensor(found.query), .tensor(expected.query)),
          (.tensor(found.key), .tensor(expected.key)),
          (.tensor(found.value), .tensor(expected.value)),
        ]
      }
    )
  }

  private static func decode(_ sizes: KernelSizes) -> KernelCase {
    let shape = sizes.shape
    let length = segment(sizes)
    let width = sizes.headWidth * shape.keyValueHeadCount
    let batch = sizes.rows(bytesPerRow: 8 * length * width)
    let query = KernelData.tensor(rows: batch, columns: shape.hiddenSize, "query")
    let keys = KernelData.tensor(rows: batch * length, columns: width, "keys")
    let values = KernelData.tensor(rows: batch * length, columns: width, "values")
    let out = Tensor(rows: batch, columns: shape.hiddenSize)
    let expected = Tensor(rows: batch, columns: shape.hiddenSize)
    return KernelCase(
      bytes: 8 * Double(keys.count),
      operations: 4 * Double(length * query.count),
      tolerance: 1e-5,
      run: {
        CausalAttention.decode(
          query: query,
          keys: keys,
          values: values,
          slots: Array(0..<batch),
          lengths: [Int](repeating: length, count: batch),
          capacity: length,
          heads: shape.headCount,
          keyValueHeads: shape.keyValueHeadCount,
          into: out
        )
      },
      runNaive: {
        NaiveKernels.decode(
          query: query,
          keys: keys,
          values: values,
          heads: shape.headCount,
          keyValueHeads: shape.keyValueHeadCount,
          into: expected
        )
      },
      results: { [(.tensor(out), .tensor(expected))] }
    )
  }

  /// The first column that row 0 sees last.
  private static let visible = length / 2

  private static func attentionSoftmax(_ sizes: KernelSizes) -> KernelCase {
    let rows = sizes.rows(bytesPerRow: 8 * length)
    let scores = KernelData.tensor(rows: rows, columns: length, "scores", scale: 5)
    let copy = scores.duplicate()
    let found = Tensor(rows: 2, columns: rows)
    let expected = Tensor(rows: 2, columns: rows)
    return KernelCase(
      bytes: 8 * Double(scores.count),
      operations: (3 + KernelCost.exponential) * Double(scores.count),
      tolerance: 1e-5,
      run: { AttentionParts.softmax(scores, sums: found, visible: visible) },
      runNaive: {
        NaiveKernels.attentionSoftmax(copy, sums: expected, visible: visible)
      },
      results: { [(.tensor(scores), .tensor(copy)), (.tensor(found), .tensor(expected))] }
    )
  }

  private static func attentionSoftmaxBackward(_ sizes: KernelSizes) -> KernelCase {
    let rows = sizes.rows(bytesPerRow: 16 * length)
    let scores = KernelData.tensor(rows: rows, columns: length, "scores", scale: 5)
    let gradient = KernelData.tensor(rows: rows, columns: length, "gradient")
    let copies = (scores.duplicate(), gradient.duplicate())
    let saved = KernelData.tensor(rows: 2, columns: rows, "saved")
    // The logarithm of the sum is above every score.
    saved.rows(0..<1).fill(9)
    return KernelCase(
      bytes: 16 * Double(scores.count),
      operations: (4 + KernelCost.exponential) * Double(scores.count),
      tolerance: 1e-5,
      run: {
        AttentionParts.softmaxBackward(
          scores,
          gradient: gradient,
          rows: saved,
          visible: visible,
          scale: 0.125
        )
      },
      runNaive: {
        NaiveKernels.attentionSoftmaxBackward(
          copies.0,
          gradient: copies.1,
          rows: saved,
          visible: visible,
          scale: 0.125
        )
      },
      results: { [(.tensor(scores), .tensor(copies.0)), (.tensor(gradient), .tensor(copies.1))] }
    )
  }
}

/// Queries, keys and values of one segment, as they come from the projections.
private struct AttentionTensors {
  let query: Tensor
  let key: Tensor
  let value: Tensor
  let heads: Int
  let keyValueHeads: Int

  init(_ shape: ModelShape, rows: Int) {
    heads = shape.headCount
    keyValueHeads = shape.keyValueHeadCount
    let width = shape.hiddenSize / heads * keyValueHeads
    query = KernelData.tensor(rows: rows, columns: shape.hiddenSize, "query")
    key = KernelData.tensor(rows: rows, columns: width, "key")
    value = KernelData.tensor(rows: rows, columns: width, "value")
  }

  var segments: [AttentionSegment] { [AttentionSegment(range: 0..<query.rows, group: 0)] }

  /// Products of elements for one matrix product over all pairs of query and key.
  var pairs: Double { Double(query.rows * (query.rows + 1) / 2 * query.columns) }

  var bytes: Double { 4 * Double(2 * query.count + key.count + value.count) }

  func outputs() -> (out: Tensor, logSumExp: Tensor) {
    (
      Tensor(rows: query.rows, columns: query.columns),
      Tensor(rows: query.rows, columns: heads)
    )
  }

  func gradients() -> (query: Tensor, key: Tensor, value: Tensor) {
    (
      Tensor(rows: query.rows, columns: query.columns),
      Tensor(rows: key.rows, columns: key.columns),
      Tensor(rows: key.rows, columns: key.columns)
    )
  }

  func forward(into outputs: (out: Tensor, logSumExp: Tensor)) {
    CausalAttention.forward(
      query: query,
      key: key,
      value: value,
      segments: segments,
      heads: heads,
      keyValueHeads: keyValueHeads,
      into: outputs.out,
      logSumExp: outputs.logSumExp
    )
  }
}
