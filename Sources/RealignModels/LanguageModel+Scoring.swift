import RealignNumerics

/// Scores of one sequence's completion.
public struct SequenceScore: Sendable, Equatable {
  /// Log-probability of each scored token given all before it.
  public var logProbabilities: [Float]
  /// Entropy of the distribution that predicted each token, nats.
  public var entropies: [Float]
  /// Whether each scored token was the most probable one.
  public var isGreedy: [Bool]

  /// Σ log p, accumulated in Double.
  public var sum: Double { logProbabilities.reduce(0) { $0 + Double($1) } }
  /// Mean log-probability per token; 0 for an empty completion.
  public var mean: Double { logProbabilities.isEmpty ? 0 : sum / Double(logProbabilities.count) }
}

extension LanguageModel {
  /// Packed rows of a pass unless another number is asked for.
  public static let defaultRowsPerPass = 4096

  /// Log-probabilities of completions, several sequences per pass, without padding.
  ///
  /// What consecutive sequences begin with is computed once; order rows so that those with one
  /// prompt or document follow each other.
  ///
  /// - Parameters:
  ///   - sequences: Scored independently of each other.
  ///   - rowsPerPass: Upper bound of packed rows per pass (one sequence may exceed it).
  ///   - activations: Memory of the passes; one for several calls spares making it anew.
  ///   - progress: Called with the number of finished sequences.
  public func score(
    _ sequences: [TokenSequence],
    rowsPerPass: Int = Self.defaultRowsPerPass,
    activations: Activations = Activations(training: false),
    progress: (Int) -> Void = { _ in }
  ) -> [SequenceScore] {
    var results: [SequenceScore] = []
    results.reserveCapacity(sequences.count)
    let groups = SharedPrefix.groups(sequences, limit: rowsPerPass)
    for pass in SharedPrefix.passes(groups, limit: rowsPerPass) {
      let batch = PackedBatch(sequences, groups: pass.groups)
      results += split(statistics(batch, activations: activations), batch: batch)
      progress(pass.sequences.upperBound)
    }
    return results
  }

  /// Scores K completions of each prompt, computing the prompt once.
  ///
  /// - Returns: Per prompt, one score per candidate.
  public func score(
    prompts: [[Int32]],
    candidates: [[[Int32]]],
    rowsPerPass: Int = Self.defaultRowsPerPass
  ) -> [[SequenceScore]] {
    precondition(prompts.count == candidates.count, "one candidate list per prompt")
    let activations = Activations(training: false)
    let sizes = zip(prompts, candidates).map { $0.count + $1.reduce(0) { $0 + $1.count } }
    var results: [[SequenceScore]] = []
    for range in Self.passes(sizes, rowsPerPass: rowsPerPass) {
      var batch = PackedBatch()
      for index in range { batch.append(prompt: prompts[index], completions: candidates[index]) }
      var scores = split(statistics(batch, activations: activations), batch: batch)[...]
      for index in range {
        results.append(Array(scores.prefix(candidates[index].count)))
        scores = scores.dropFirst(candidates[index].count)
      }
    }
    return results
  }

  /// Exact KL(self ‖ reference) per scored token of each sequence, nats.
  public func divergence(
    from reference: LanguageModel,
    on sequences: [TokenSequence],
    rowsPerPass: Int = Self.defaultRowsPerPass
  ) -> [[Double]] {
    let activations = (
      policy: Activations(training: false), reference: Activations(training: false)
    )
    var results: [[Double]] = []
    let groups = SharedPrefix.groups(sequences, limit: rowsPerPass)
    for pass in SharedPrefix.passes(groups, limit: rowsPerPass) {
      let batch = PackedBatch(sequences, groups: pass.groups)
      guard !batch.targets.isEmpty else {
        results += pass.sequences.map { _ in [] }
        continue
      }
      let values = divergence(from: reference, on: batch, activations: activations)
      results += batch.completionRanges.map { Array(values[$0]) }
    }
    return results
  }

  /// Logits after every token of one sequence, (ids.count, V).
  ///
  /// For comparisons of short rows: unlike scores, the whole matrix is in memory.
  public func logits(after ids: [Int32]) -> Tensor {
    var batch = PackedBatch()
    batch.appendPrompt(ids)
    let stream = forward(batch, activations: Activations(training: false))
    let normed = Tensor(rows: ids.count, columns: configuration.hiddenSize)
    finalNorm.forward(stream, into: normed, inverse: Tensor(rows: ids.count, columns: 1))
    let result = Tensor(rows: ids.count, columns: configuration.vocabularySize)
    logits(of: normed, into: result)
    return result
  }

  /// Consecutive ranges of sequences whose rows together stay within a limit.
  public static func passes(_ sizes: [Int], rowsPerPass: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var rows = 0
    for (index, size) in sizes.enumerated() {
      if index > start, rows + size > rowsPerPass {
        ranges.append(start..<index)
        start = index
        rows = 0
      }
      rows += size
    }
    if start < sizes.count { ranges.append(start..<sizes.count) }
    return ranges
  }

  /// Consecutive ranges of sequences that `score` takes in one pass, and the packed rows of each.
  public static func passes(
    of sequences: [TokenSequence],
    rowsPerPass: Int = Self.defaultRowsPerPass
  ) -> [(sequences: Range<Int>, rows: Int)] {
    SharedPrefix.passes(SharedPrefix.groups(sequences, limit: rowsPerPass), limit: rowsPerPass)
      .map { ($0.sequences, $0.groups.reduce(0) { $0 + $1.rows }) }
  }

  /// Rows of the largest pass over sequences of these sizes.
  public static func largestPass(
    _ sizes: [Int],
    rowsPerPass: Int = Self.defaultRowsPerPass
  ) -> Int {
    passes(sizes, rowsPerPass: rowsPerPass).map { sizes[$0].reduce(0, +) }.max() ?? 0
  }

  private func split(_ statistics: TokenStatistics, batch: PackedBatch) -> [SequenceScore] {
    batch.completionRanges.map { range in
      SequenceScore(
        logProbabilities: Array(statistics.logProbabilities[range]),
        entropies: Array(statistics.entropies[range]),
        isGreedy: range.map { statistics.predicted[$0] == batch.targets[$0] }
      )
    }
  }
}
