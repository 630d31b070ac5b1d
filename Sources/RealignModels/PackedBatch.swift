import RealignNumerics

/// One training or scoring sequence: token ids, and from where they are scored.
public struct TokenSequence: Sendable, Equatable {
  /// All tokens, prompt first.
  public var ids: [Int32]
  /// Index of the first scored token; at least 1, since each token is predicted from earlier ones.
  public var completionStart: Int
  /// Weight of each scored token in the loss; nil means 1 for all.
  public var weights: [Float]?

  /// Creates a sequence.
  public init(ids: [Int32], completionStart: Int, weights: [Float]? = nil) {
    precondition(
      completionStart >= 1 && completionStart <= ids.count,
      "completion starts at \(completionStart) in a sequence of \(ids.count) tokens"
    )
    precondition(
      weights.map { $0.count == ids.count - completionStart } ?? true,
      "one weight per scored token"
    )
    self.ids = ids
    self.completionStart = completionStart
    self.weights = weights
  }

  /// Tokens before the scored ones.
  public var prompt: ArraySlice<Int32> { ids[..<completionStart] }
  /// The scored tokens.
  public var completion: ArraySlice<Int32> { ids[completionStart...] }
}

/// Sequences laid end to end without padding, with shared prompts stored once.
///
/// A group is a shared beginning, such as one prompt, and the rest of one or more sequences; every
/// rest sees the beginning and itself, never its siblings, and its positions continue after the
/// beginning. Computing the beginning once is exact, because none of its rows can see a later one.
public struct PackedBatch: Sendable {
  /// Token of each row.
  public private(set) var tokens: [Int32] = []
  /// Rotary position of each row.
  public private(set) var positions: [Int32] = []
  /// Attention segments, in row order.
  public private(set) var segments: [AttentionSegment] = []
  /// The row whose hidden state predicts each target.
  public private(set) var targetRows: [Int32] = []
  /// The token to be predicted.
  public private(set) var targets: [Int32] = []
  /// The loss weight of each target.
  public private(set) var weights: [Float] = []
  /// For each completion, in the order added, its range in `targets`.
  public private(set) var completionRanges: [Range<Int>] = []
  private var groupCount = 0

  /// An empty batch.
  public init() {}

  /// Number of rows.
  public var rowCount: Int { tokens.count }

  /// Appends one sequence.
  public mutating func append(_ sequence: TokenSequence) { append([sequence], sharing: 0) }

  /// Appends completions that share a prompt.
  ///
  /// - Parameters:
  ///   - prompt: At least one token.
  ///   - completions: The answers to be scored.
  ///   - weights: Per completion, the weight of each token, or nil for 1.
  public mutating func append(
    prompt: [Int32],
    completions: [[Int32]],
    weights completionWeights: [[Float]?]? = nil
  ) {
    precondition(!prompt.isEmpty, "a prompt needs at least one token")
    let sequences = completions.enumerated().map { index, completion in
      TokenSequence(
        ids: prompt + completion,
        completionStart: prompt.count,
        weights: completionWeights?[index]
      )
    }
    append(sequences, sharing: prompt.count)
  }

  /// Appends sequences whose first tokens are the same and computed once.
  ///
  /// - Parameters:
  ///   - sequences: At least one.
  ///   - count: Tokens that all begin with; with one sequence it makes no difference.
  public mutating func append(_ sequences: [TokenSequence], sharing count: Int) {
    precondition(
      sequences.allSatisfy { $0.ids.starts(with: sequences[0].ids.prefix(count)) },
      "the sequences do not share their first \(count) tokens"
    )
    let shared = sequences.count > 1 ? count : 0
    let prefix = appendRows(sequences[0].ids[..<shared], at: 0)
    if !prefix.isEmpty {
      segments.append(AttentionSegment(range: prefix, prefix: nil, group: groupCount))
    }
    for sequence in sequences {
      // The last token of a completion is a target only, so it gets no row.
      let end = sequence.ids.count - (sequence.completion.isEmpty ? 0 : 1)
      let rows = appendRows(sequence.ids[shared..<max(shared, end)], at: shared)
      appendTargets(sequence) {
        $0 < shared ? prefix.lowerBound + $0 : rows.lowerBound + $0 - shared
      }
      guard !rows.isEmpty else { continue }
      segments.append(
        AttentionSegment(range: rows, prefix: prefix.isEmpty ? nil : prefix, group: groupCount)
      )
    }
    groupCount += 1
  }

  /// Adds rows at consecutive positions.
  private mutating func appendRows(_ ids: ArraySlice<Int32>, at position: Int) -> Range<Int> {
    let start = tokens.count
    tokens += ids
    positions += (0..<Int32(ids.count)).map { Int32(position) + $0 }
    return start..<tokens.count
  }

  /// Adds the targets of a completion; `row` tells where a token of the sequence lies.
  private mutating func appendTargets(_ sequence: TokenSequence, row: (Int) -> Int) {
    let start = targets.count
    for (offset, token) in sequence.completion.enumerated() {
      targetRows.append(Int32(row(sequence.completionStart + offset - 1)))
      targets.append(token)
      weights.append(sequence.weights?[offset] ?? 1)
    }
    completionRanges.append(start..<targets.count)
  }

  /// Appends a prompt without targets, as generation's prefill does.
  mutating func appendPrompt(_ prompt: [Int32]) {
    let start = tokens.count
    tokens += prompt
    positions += (0..<Int32(prompt.count))
    segments.append(
      AttentionSegment(range: start..<tokens.count, prefix: nil, group: groupCount)
    )
    groupCount += 1
  }
}
