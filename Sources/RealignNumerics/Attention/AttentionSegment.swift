/// Rows of a packed batch that attend together.
///
/// Row i of `range` sees every row of `prefix` and the rows of `range` up to itself. A prompt shared
/// by several completions is the prefix of each; it is a segment of its own as well.
public struct AttentionSegment: Sendable, Equatable {
  /// The rows that ask.
  public var range: Range<Int>
  /// Earlier rows that all of `range` may see; nil for none.
  public var prefix: Range<Int>?
  /// Segments that share a prefix, the prefix's own included, carry one number; one task owns
  /// their gradients.
  public var group: Int

  /// Creates a segment.
  public init(range: Range<Int>, prefix: Range<Int>? = nil, group: Int) {
    self.range = range
    self.prefix = prefix
    self.group = group
  }

  /// The keys a segment sees, as runs of rows: prefix, then own.
  var keyRuns: [Range<Int>] {
    guard let prefix, !prefix.isEmpty else { return [range] }
    return [prefix, range]
  }

  /// Tiles of `height` query rows with what they see; keys before every row's window are left out.
  func tiles(height: Int, window: Int? = nil) -> [AttentionTile] {
    let before = prefix?.count ?? 0
    return Swift.stride(from: 0, to: range.count, by: height).map { start in
      let end = min(start + height, range.count)
      let visible = before + start + 1
      let unseen = window.map { max(0, visible - $0) } ?? 0
      return AttentionTile(
        queries: range.lowerBound + start..<range.lowerBound + end,
        keyRuns: AttentionSegment.cut(keyRuns, from: unseen, to: before + end),
        columns: before + end - unseen,
        visible: visible - unseen
      )
    }
  }

  /// Rows `start` to `end` of a list of runs, counted over all of them.
  private static func cut(_ runs: [Range<Int>], from start: Int, to end: Int) -> [Range<Int>] {
    var passed = 0
    return runs.compactMap { run in
      let first = min(max(start - passed, 0), run.count)
      let last = min(max(end - passed, 0), run.count)
      passed += run.count
      return first < last ? run.lowerBound + first..<run.lowerBound + last : nil
    }
  }
}

/// A tile of scores: some query rows against every key they may see.
struct AttentionTile: Sendable {
  let queries: Range<Int>
  let keyRuns: [Range<Int>]
  /// Keys in all runs.
  let columns: Int
  /// Keys the first query sees; each later one sees one more.
  let visible: Int

  static let height = 64
}

/// Which heads share keys and values: grouped-query attention (Ainslie and others, 2023).
struct AttentionHeads: Sendable {
  let heads: Int
  let keyValueHeads: Int
  let width: Int
  /// Factor of the products; by default 1 / sqrt(D), equation 1 of Vaswani and others (2017).
  let scale: Float
  let options: AttentionOptions

  init(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    heads: Int,
    keyValueHeads: Int,
    options: AttentionOptions
  ) {
    precondition(
      heads > 0 && keyValueHeads > 0 && heads % keyValueHeads == 0 && query.columns % heads == 0,
      "\(heads) heads, \(keyValueHeads) key-value heads, \(query.columns) columns"
    )
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    width = query.columns / heads
    self.options = options
    scale = options.scale ?? 1 / Float(width).squareRoot()
    precondition(
      key.columns == keyValueHeads * width && value.columns == keyValueHeads * width
        && key.rows == value.rows,
      "key \(key) and value \(value) for \(keyValueHeads) heads of \(width)"
    )
  }

  /// Query heads per key-value head.
  var share: Int { heads / keyValueHeads }
}
