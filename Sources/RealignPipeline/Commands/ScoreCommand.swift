import RealignData
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
    /// The file for the results; nil prints them.
    public var output: String?
    /// How the work is divided.
    public var sharding: ShardOptions

    /// The options of one call.
    public init(
      model: String,
      adapter: String?,
      data: [String],
      baseDtype: BaseDtype = .auto,
      output: String? = nil,
      sharding: ShardOptions = ShardOptions()
    ) {
      self.model = model
      self.adapter = adapter
      self.data = data
      self.baseDtype = baseDtype
      self.output = output
      self.sharding = sharding
    }
  }

  /// Prints or writes `{"index","input_ids","completion_start","logprobs","sum","mean"}` for every
  /// row; natural logarithms.
  ///
  /// All rows of all files are checked before the first is printed.
  ///
  /// - Throws: `InputError` for a wrong model or row, with file and line.
  public static func run(_ options: Options, context: CommandContext) throws {
    let request = try ShardRequest(
      options.sharding,
      output: options.output,
      environment: context.environment
    )
    context.configureThreads()
    let run = RowRun(
      work: try ScoreWork(options, blockRows: request.blockRows, context: context),
      request: request,
      output: options.output,
      context: context
    )
    _ = try run.execute()
  }
}

/// Scoring, row by row.
struct ScoreWork: RowWork {
  static let command = "score"
  static let unit = "rows"

  private let options: ScoreCommand.Options
  private let context: CommandContext
  private let model: LanguageModel
  private let rows: ScoringRows
  private let activations = Activations(training: false)

  init(_ options: ScoreCommand.Options, blockRows: Int, context: CommandContext) throws {
    self.options = options
    self.context = context
    let baseType = options.baseDtype.type
    let text = try ModelReference.load(
      options.model,
      adapter: options.adapter,
      baseType: baseType,
      context: context
    )
    model = text.model
    rows = try ScoringRows(options.data, encoder: RowEncoder(text, context: context))
    rows.warn(context.progress)
    try MemoryEstimate(models: [text.model], rows: rows.largestPass(blockRows: blockRows))
      .report(context.progress, baseType: baseType)
  }

  static func reducer(_ settings: JSONObject) -> any RowReducer { Copied() }

  /// Every record is a row of the output.
  private struct Copied: RowReducer {
    func add(_ record: JSONObject) -> JSONValue? { .object(record) }
    func finish() -> ReducedRows { ReducedRows() }
  }

  var rowCount: Int { rows.sequences.count }

  var settings: JSONObject {
    [
      "base_dtype": .string("\(options.baseDtype.type)"),
      "finds_tokens_in_messages": .bool(context.findsTokensInMessages),
    ]
  }

  func sources() throws -> ShardSources {
    var sources = try ShardSources(
      model: options.model,
      adapter: options.adapter,
      environment: context.environment
    )
    try sources.add("rows", files: options.data)
    return sources
  }

  func records(_ range: Range<Int>, progress: (Int) -> Void) -> [JSONObject] {
    let scores = model.score(
      Array(rows.sequences[range]),
      activations: activations,
      progress: progress
    )
    return zip(range, scores).map { index, score in
      Self.record(index, rows.sequences[index], score)
    }
  }

  private static func record(
    _ index: Int,
    _ sequence: TokenSequence,
    _ score: SequenceScore
  ) -> JSONObject {
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
