import RealignModels
import RealignNumerics
import RealignText

/// `realign score`: the log-probability of every token of rows.
public enum ScoreCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name.
    public var model: String
    /// Adapter directory.
    public var adapter: String?
    /// JSON Lines files of rows, in order.
    public var data: [String]
    /// How the model's weights are kept in memory.
    public var baseDtype: BaseDtype

    /// The options of one call.
    public init(model: String, adapter: String?, data: [String], baseDtype: BaseDtype = .auto) {
      self.model = model
      self.adapter = adapter
      self.data = data
      self.baseDtype = baseDtype
    }
  }

  /// Prints `{"index","input_ids","completion_start","logprobs","sum","mean"}` for every row;
  /// natural logarithms.
  ///
  /// All rows of all files are checked before the first is printed.
  ///
  /// - Throws: `InputError` for a wrong model or row, with file and line.
  public static func run(_ options: Options, context: CommandContext) throws {
    context.configureThreads()
    let baseType = options.baseDtype.type
    let text = try ModelReference.load(
      options.model,
      adapter: options.adapter,
      baseType: baseType,
      context: context
    )
    let rows = try ScoringRows(options.data, encoder: RowEncoder(text, context: context))
    rows.warn(context.progress)
    try MemoryEstimate(models: [text.model], rows: rows.largestPass)
      .report(context.progress, baseType: baseType)
    context.progress.begin("score", total: rows.sequences.count, unit: "rows")
    let start = ContinuousClock.now
    for range in rows.passes {
      try CommandStopped.check(rows: range.lowerBound)
      let scores = text.model.score(Array(rows.sequences[range]))
      for (index, score) in zip(range, scores) {
        try context.output.row(json(index, rows.sequences[index], score))
      }
      context.progress.update(range.upperBound, "")
    }
    context.progress.end(
      Count.rate(rows.sequences.count, "rows", since: start)
    )
  }

  private static func json(
    _ index: Int,
    _ sequence: TokenSequence,
    _ score: SequenceScore
  ) -> JSONValue {
    [
      "index": .integer(index),
      "input_ids": .array(sequence.ids.map { .integer($0) }),
      "completion_start": .integer(sequence.completionStart),
      "logprobs": .array(score.logProbabilities.map { .single($0) }),
      "sum": .number(score.sum), "mean": .number(score.mean),
    ]
  }
}

extension ModelReference {
  /// The model that a name means, with an adapter on top if one is given.
  ///
  /// - Parameters:
  ///   - baseType: How weights are kept in memory; nil is `f32` in commands that offer no choice.
  ///   - isDivided: Whether the matrices of the blocks are divided over the ranks.
  /// - Throws: `InputError` for what is absent, malformed or larger than the machine's memory.
  static func load(
    _ name: String,
    adapter: String?,
    baseType: ScalarType? = nil,
    isDivided: Bool = false,
    context: CommandContext
  ) throws -> TextModel {
    let group: any ProcessGroup = isDivided ? context.group : SingleProcess()
    let directory = try resolve(name, environment: context.environment)
    // Before anything large is read.
    var estimate = MemoryEstimate(
      weightsOf: try ModelDirectory.loadConfiguration(directory),
      type: baseType ?? .f32,
      ranks: group.size
    )
    estimate.couldDivide = context.group.size > group.size
    try estimate.require(baseType: baseType)
    let text = try TextModel.load(
      directory,
      adapter: adapter,
      baseType: baseType ?? .f32,
      dividedOver: group
    )
    context.progress.detail(
      "\(name): \(Count.grouped(text.model.parameterCount)) parameters"
        + (adapter.map { ", adapter \($0)" } ?? "")
    )
    return text
  }
}
