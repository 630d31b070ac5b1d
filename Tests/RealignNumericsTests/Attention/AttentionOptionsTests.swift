import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Attention with a scale, a window and bounded scores")
struct AttentionOptionsTests {
  static let all = [
    AttentionOptions(scale: 0.2), AttentionOptions(window: 1), AttentionOptions(window: 5),
    AttentionOptions(window: 64), AttentionOptions(window: 70), AttentionOptions(softCap: 0.8),
    AttentionOptions(scale: 0.7, window: 9, softCap: 1.5), AttentionOptions(window: 1000),
  ]

  /// Two groups: a prompt of 70 with completions of 9, 66 and 1, then a lone sequence of 130.
  private static let segments = [
    AttentionSegment(range: 0..<70, group: 4),
    AttentionSegment(range: 70..<79, prefix: 0..<70, group: 4),
    AttentionSegment(range: 79..<145, prefix: 0..<70, group: 4),
    AttentionSegment(range: 145..<146, prefix: 0..<70, group: 4),
    AttentionSegment(range: 146..<276, group: 1),
  ]
  private let heads = 4
  private let keyValueHeads = 2
  private let rows = 276
  private let fused = Tensor.random(rows: 276, columns: 48, name: "fused")

  private func split(_ x: Tensor) -> (Tensor, Tensor, Tensor) {
    (x.columns(0..<24), x.columns(24..<36), x.columns(36..<48))
  }

  private func forward(_ options: AttentionOptions) -> (out: Tensor, logSumExp: Tensor) {
    let (query, key, value) = split(fused)
    let result = (Tensor(rows: rows, columns: 24), Tensor(rows: rows, columns: heads))
    CausalAttention.forward(
      query: query,
      key: key,
      value: value,
      segments: Self.segments,
      heads: heads,
      keyValueHeads: keyValueHeads,
      options: options,
      into: result.0,
      logSumExp: result.1
    )
    return result
  }

  private func reference(_ x: DoubleMatrix, _ options: AttentionOptions) -> DoubleMatrix {
    ReferenceFamilies.attention(
      fused: x,
      segments: Self.segments,
      heads: heads,
      keyValueHeads: keyValueHeads,
      options: options
    )
  }

  @Test("forward agrees with the definition", arguments: all)
  func forwardAgrees(options: AttentionOptions) {
    let expected = reference(DoubleMatrix(fused), options)
    #expect(Differences.largest(forward(options).out, expected) < 3e-6)
  }

  @Test("gradients are the slopes of the definition", arguments: all)
  func backward(options: AttentionOptions) {
    let (out, logSumExp) = forward(options)
    let gradient = Tensor.random(rows: rows, columns: 24, name: "g")
    let result = Tensor(rows: rows, columns: 48)
    result.fill(.nan)  // gradients are assigned, whatever was there
    let (query, key, value) = split(fused)
    let (dq, dk, dv) = split(result)
    CausalAttention.backward(
      gradient: gradient,
      query: query,
      key: key,
      value: value,
      out: out,
      logSumExp: logSumExp,
      segments: Self.segments,
      heads: heads,
      keyValueHeads: keyValueHeads,
      options: options,
      gradientQuery: dq,
      gradientKey: dk,
      gradientValue: dv
    )
    let g = DoubleMatrix(gradient)
    let error = GradientCheck.slopeError(result, at: DoubleMatrix(fused), directions: 2) {
      reference($0, options).dot(g)
    }
    #expect(error < 1e-5)
  }

  @Test("decoding one row equals the whole forward pass", arguments: all)
  func decode(options: AttentionOptions) {
    let lone = 146..<276
    let (_, key, value) = split(fused)
    // Slot 1 of 2 holds the lone sequence.
    let (keys, values) = (Tensor(rows: 280, columns: 12), Tensor(rows: 280, columns: 12))
    keys.rows(140..<270).copy(from: key.rows(lone))
    values.rows(140..<270).copy(from: value.rows(lone))
    let expected = forward(options).out
    for length in [1, 4, 64, 130] {
      let row = lone.lowerBound + length - 1
      let out = Tensor(rows: 1, columns: 24)
      CausalAttention.decode(
        query: split(fused).0.rows(row..<row + 1),
        keys: keys,
        values: values,
        slots: [1],
        lengths: [length],
        capacity: 140,
        heads: heads,
        keyValueHeads: keyValueHeads,
        options: options,
        into: out
      )
      #expect(Differences.largest(out, DoubleMatrix(expected.rows(row..<row + 1))) < 3e-6)
    }
  }

  @Test("a window as long as the sequence, and the default scale, change no result")
  func neutral() {
    let plain = forward(AttentionOptions()).out
    let expected = DoubleMatrix(plain)
    #expect(Differences.largest(forward(AttentionOptions(window: 136)).out, expected) < 1e-6)
    let scaled = forward(AttentionOptions(scale: 1 / Float(6).squareRoot())).out
    #expect(scaled.values == plain.values)
  }
}
