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
/// A group is one prompt followed by one or more completions; every completion sees the prompt and
/// itself, never its siblings, and its positions continue after the prompt. Computing the prompt
/// once is exact, because no prompt row can see a completion row.
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
  public mutating func append(_ sequence: TokenSequence) {
    append(
      prompt: Array(sequence.prompt),
      completions: [Array(sequence.completion)],
      weights: [sequence.weights]
    )
  }

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
    let promptStart = tokens.count
    let promptRange = promptStart..<promptStart + prompt.count
    let sharesPrompt = completions.count > 1
    tokens += prompt
    positions += (0..<Int32(prompt.count))
    if sharesPrompt {
      segments.append(AttentionSegment(range: promptRange, prefix: nil, group: groupCount))
    }
    for (index, completion) in completions.enumerated() {
      let rows = appendCompletionRows(completion, after: prompt.count)
      appendTargets(
        completion,
        lastPromptRow: promptRange.upperBound - 1,
        rows: rows,
        weights: completionWeights?[index]
      )
      if sharesPrompt, !rows.isEmpty {
        segments.append(AttentionSegment(range: rows, prefix: promptRange, group: groupCount))
      } else if !sharesPrompt {
        segments.append(
          AttentionSegment(range: promptStart..<tokens.count, prefix: nil, group: groupCount)
        )
      }
    }
    groupCount += 1
  }

  /// Adds the rows of a completion; its last token is a target only, so it gets no row.
  private mutating func appendCompletionRows(
    _ completion: [Int32],
    after promptCount: Int
  ) -> Range<Int> {
    let start = tokens.count
    let inputs = completion.dropLast()
    tokens += inputs
    positions += (0..<Int32(inputs.count)).map { Int32(promptCount) + $0 }
    return start..<tokens.count
  }

  private mutating func appendTargets(
    _ completion: [Int32],
    lastPromptRow: Int,
    rows: Range<Int>,
    weights: [Float]?
  ) {
    let start = targets.count
    for (offset, token) in completion.enumerated() {
      targetRows.append(Int32(offset == 0 ? lastPromptRow : rows.lowerBound + offset - 1))
      targets.append(token)
      self.weights.append(weights?[offset] ?? 1)
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
