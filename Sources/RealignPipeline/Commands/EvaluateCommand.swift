import RealignText

/// `realign evaluate`: metrics, intervals, gates and the paired comparison for any model.
public enum EvaluateCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Where settings come from.
    public var sources: ConfigurationSources
    /// Model directory or name.
    public var model: String
    /// Adapter directory.
    public var adapter: String?
    /// How the weights of both models are kept in memory.
    public var baseDtype: BaseDtype
    /// Model to compare with, item by item.
    public var baseline: String?
    /// Knowledge base that the passages are retrieved from.
    public var knowledge: String?
    /// JSON Lines files: questions, or prompt-completion rows of a capability.
    public var suites: [String]
    /// Directory of the result.
    public var output: String?
    /// How the work is divided.
    public var sharding: ShardOptions

    /// Creates options.
    public init(
      sources: ConfigurationSources,
      model: String,
      adapter: String?,
      baseDtype: BaseDtype = .auto,
      baseline: String?,
      knowledge: String?,
      suites: [String],
      output: String?,
      sharding: ShardOptions = ShardOptions()
    ) {
      self.sources = sources
      self.model = model
      self.adapter = adapter
      self.baseDtype = baseDtype
      self.baseline = baseline
      self.knowledge = knowledge
      self.suites = suites
      self.output = output
      self.sharding = sharding
    }
  }

  /// The file of the result in a directory.
  static func file(in directory: String) -> String { directory + "/evaluation.json" }

  /// Measures and decides; `.notPassed` when a gate that could be measured is not passed.
  ///
  /// - Throws: `InputError` for a wrong model, suite, setting or knowledge base.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    let configuration = try EffectiveConfiguration.load(options.sources)
    let output = options.output.map(file(in:))
    let request = try ShardRequest(
      options.sharding,
      output: output,
      environment: context.environment
    )
    context.configureThreads()
    return try RowRun(
      work: EvaluateWork(options, configuration: configuration, context: context),
      request: request,
      output: output,
      context: context
    ).execute()
  }
}
