import RealignText

/// `realign curate`: claims and preference pairs of the user's questions, stage 2 alone.
public enum CurateCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Where settings come from.
    public var sources: ConfigurationSources
    /// Model directory or name; its own errors become pairs.
    public var model: String
    /// Adapter directory.
    public var adapter: String?
    /// How the model's weights are kept in memory.
    public var baseDtype: BaseDtype
    /// Knowledge base that the passages are retrieved from.
    public var knowledge: String
    /// JSON Lines files of questions to train on, in order.
    public var questions: [String]
    /// Detector directory of a run, whose verifier judges; nil fits one to the questions.
    public var detector: String?
    /// The file for the pairs; claims and the report lie beside it.
    public var output: String
    /// How the work is divided.
    public var sharding: ShardOptions

    /// Creates options.
    public init(
      sources: ConfigurationSources,
      model: String,
      adapter: String? = nil,
      baseDtype: BaseDtype = .auto,
      knowledge: String,
      questions: [String],
      detector: String? = nil,
      output: String,
      sharding: ShardOptions = ShardOptions()
    ) {
      self.sources = sources
      self.model = model
      self.adapter = adapter
      self.baseDtype = baseDtype
      self.knowledge = knowledge
      self.questions = questions
      self.detector = detector
      self.output = output
      self.sharding = sharding
    }
  }

  /// Writes preference pairs to the output, and beside it claims (`.claims.jsonl`) and a report
  /// (`.report.jsonl`); `.notPassed` when the citations of the pairs are wrong too often or the
  /// pairs break a rule of data quality.
  ///
  /// Every question's rows depend on the seed, on its number, and on all questions together only as
  /// the material of which wrong answers are made and the verifier is fitted.
  ///
  /// - Throws: `InputError` for a wrong model, question, setting, detector or knowledge base.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    let configuration = try EffectiveConfiguration.load(options.sources)
    let request = try ShardRequest(
      options.sharding,
      output: options.output,
      environment: context.environment
    )
    context.configureThreads()
    return try RowRun(
      work: CurateWork(options, configuration: configuration, context: context),
      request: request,
      output: options.output,
      context: context
    ).execute()
  }
}
