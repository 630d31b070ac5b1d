/// What `realign sft` and `realign dpo` are told.
public struct TrainerOptions: Sendable {
  /// Where the settings come from; the trainer reads one group of them.
  public var sources: ConfigurationSources
  /// Model directory or name.
  public var model: String
  /// JSON Lines files of rows.
  public var data: [String]
  /// JSON Lines files of held-out rows.
  public var evaluationData: [String]
  /// Directory of the result.
  public var output: String
  /// Whether the newest checkpoint in `output` is continued.
  public var resumes: Bool

  /// The options of one training.
  public init(
    sources: ConfigurationSources,
    model: String,
    data: [String],
    evaluationData: [String] = [],
    output: String,
    resumes: Bool = false
  ) {
    self.sources = sources
    self.model = model
    self.data = data
    self.evaluationData = evaluationData
    self.output = output
    self.resumes = resumes
  }
}
