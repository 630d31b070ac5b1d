/// Attention in which every row of a segment sees all of the segment, as encoders need it
/// (Vaswani and others 2017, section 3.2.2; Devlin and others 2019).
///
/// Segments lie end to end without padding; tiles of 64 queries meet the keys of their own segment
/// only. Forward only.
public enum BidirectionalAttention {
  /// out (T, H·D) = softmax(query keyᵀ / √D) value within each segment.
  ///
  /// A segment's rows have the same bits whatever lies beside it.
  ///
  /// - Parameters:
  ///   - query: (T, H·D); may be a column window of a fused projection.
  ///   - key: (T, H·D).
  ///   - value: (T, H·D).
  ///   - segments: Rows that see each other; cover every row once.
  ///   - heads: H.
  ///   - out: (T, H·D).
  public static func forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    segments: [Range<Int>],
    heads: Int,
    into out: Tensor
  ) {
    let shape = AttentionHeads(
      query: query,
      key: key,
      value: value,
      heads: heads,
      keyValueHeads: heads,
      options: AttentionOptions()
    )
    key.requireShape(query.rows, query.columns, "key")
    out.requireShape(query.rows, query.columns, "out")
    for segment in segments {
      precondition(
        segment.lowerBound >= 0 && segment.upperBound <= query.rows,
        "segment \(segment) in \(query.rows) rows"
      )
    }
    AttentionOperands(
      query: query,
      key: key,
      value: value,
      out: out,
      logSumExp: Tensor(rows: query.rows, columns: heads),
      runs: segments,
      shape: shape
    ).forward(segments.flatMap { tiles(of: $0) }, runs: segments, shape: shape)
  }

  /// Tiles of query rows that see every key of their segment from the first row on.
  private static func tiles(of segment: Range<Int>) -> [AttentionTile] {
    stride(from: segment.lowerBound, to: segment.upperBound, by: AttentionTile.height).map {
      AttentionTile(
        queries: $0..<min($0 + AttentionTile.height, segment.upperBound),
        keyRuns: [segment],
        columns: segment.count,
        visible: segment.count
      )
    }
  }
}
