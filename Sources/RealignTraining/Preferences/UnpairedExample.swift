import RealignModels
import RealignNumerics

/// One tokenised completion with its label.
public struct UnpairedExample: Sendable, Equatable {
  /// Tokens of the prompt.
  public var prompt: [Int32]
  /// Tokens of the answer.
  public var completion: [Int32]
  /// Whether the answer is to become more likely.
  public var isDesirable: Bool

  /// Creates a row.
  ///
  /// - Precondition: Prompt and completion are not empty.
  public init(prompt: [Int32], completion: [Int32], isDesirable: Bool) {
    precondition(!prompt.isEmpty && !completion.isEmpty, "an empty part")
    self.prompt = prompt
    self.completion = completion
    self.isDesirable = isDesirable
  }

  /// Tokens of the row.
  public var tokenCount: Int { prompt.count + completion.count }
}

/// Rows for an unpaired loss, each with another row's answer where the KL is estimated.
///
/// KL(policy ‖ reference) is estimated on answers that do not belong to their prompts: within
/// blocks of rows in file order, each row takes the answer of the row before it and the first that
/// of the last, as in TRL. The partner is a function of the file alone, so the reference's
/// log-probabilities are computed once however the rows are shuffled.
struct UnpairedRows: Sendable {
  let examples: [UnpairedExample]
  /// Per row, the other row's answer; nil without a KL estimate.
  let mismatched: [[Int32]]?

  /// Rows with their partners.
  ///
  /// - Parameters:
  ///   - block: Rows per block, at least 2; nil without a KL estimate. A block of one row at the end
  ///     joins the one before.
  ///   - limit: Most tokens of a prompt with a foreign answer, whose end is cut off.
  init(_ examples: [UnpairedExample], block: Int?, limit: Int) {
    precondition(block ?? 2 >= 2, "blocks of \(block ?? 0) rows")
    self.examples = examples
    mismatched = block.map { block in
      examples.indices.map { row in
        let count = examples.count
        let isLone = row == count - 1 && row % block == 0
        let start = isLone ? max(0, row - 1) : row / block * block
        let partner = row > start ? row - 1 : min(start + block, count) - 1
        return Array(
          examples[partner].completion.prefix(max(1, limit - examples[row].prompt.count))
        )
      }
    }
  }

  /// Rows of the packed example; the prompt counts once.
  func tokenCount(_ row: Int) -> Int {
    examples[row].tokenCount + (mismatched?[row].count ?? 0)
  }

  /// Some rows packed, each prompt once.
  func batch(_ rows: [Int]) -> PackedBatch {
    var packed = PackedBatch()
    for row in rows {
      packed.append(
        prompt: examples[row].prompt,
        completions: [examples[row].completion] + (mismatched.map { [$0[row]] } ?? [])
      )
    }
    return packed
  }

  /// Ranges in a batch's targets: per row those of its own answer, and of the other one.
  func ranges(_ batch: PackedBatch) -> (own: [Range<Int>], mismatched: [Range<Int>]) {
    let step = mismatched == nil ? 1 : 2
    let all = batch.completionRanges
    return (
      stride(from: 0, to: all.count, by: step).map { all[$0] },
      step == 1 ? [] : stride(from: 1, to: all.count, by: 2).map { all[$0] }
    )
  }

  /// Σ log-probability of each row's own answer, and of the other one.
  func sums(
    _ statistics: TokenStatistics,
    batch: PackedBatch
  ) -> (own: [Double], mismatched: [Double]) {
    let ranges = ranges(batch)
    return (
      Self.sums(statistics.logProbabilities, ranges.own),
      Self.sums(statistics.logProbabilities, ranges.mismatched)
    )
  }

  /// Σ of a per-target quantity over ranges.
  static func sums(_ values: [Float], _ ranges: [Range<Int>]) -> [Double] {
    ranges.map { values[$0].reduce(0) { $0 + Double($1) } }
  }
}

/// Log-probabilities of the reference for every row, computed once before training.
struct UnpairedReference: Sendable {
  /// Per row, Σ over its own answer.
  let own: [Double]
  /// Per row, Σ over the other row's answer; empty without a KL estimate.
  let mismatched: [Double]
  /// Whether all were in the cache.
  let areStored: Bool

  /// Scores all rows with a model.
  ///
  /// - Throws: `ProcessGroupError`, with several ranks only.
  init(
    _ rows: UnpairedRows,
    model: LanguageModel,
    cache: ReferenceCache? = nil,
    over group: any ProcessGroup = SingleProcess(),
    progress: (Int) -> Void = { _ in }
  ) throws {
    let count = rows.examples.count
    let (sums, areStored) = try ReferenceCache.values(
      cache,
      group: group,
      of: "answers" + (rows.mismatched == nil ? "" : ", then mismatched answers"),
      count: count * (rows.mismatched == nil ? 1 : 2),
      rows: { digest in
        for (index, example) in rows.examples.enumerated() {
          digest.append(example.prompt)
          digest.append(example.completion)
          digest.append(rows.mismatched?[index] ?? [])
        }
      },
      computing: { try Self.sums(rows, model: model, group: group, progress: progress) }
    )
    own = Array(sums.prefix(count))
    mismatched = Array(sums.dropFirst(count))
    self.areStored = areStored
  }

  /// Those of the rows' own answers, then those of the mismatched ones.
  private static func sums(
    _ rows: UnpairedRows,
    model: LanguageModel,
    group: any ProcessGroup,
    progress: (Int) -> Void
  ) throws -> [Double] {
    let activations = Activations(training: false)
    let counts = rows.examples.indices.map(rows.tokenCount)
    let passes = LanguageModel.passes(counts, rowsPerPass: 4096)
    let sums = try group.values(passes, passing: model, progress: progress) { range in
      let batch = rows.batch(Array(range))
      let sums = rows.sums(model.statistics(batch, activations: activations), batch: batch)
      return sums.own + sums.mismatched
    }
    let own = zip(passes, sums).flatMap { $1.prefix($0.count) }
    let mismatched = zip(passes, sums).flatMap { $1.dropFirst($0.count) }
    return own + mismatched
  }
}
