import RealignEvaluation

/// Everything a run of the seven stages can be told, with its defaults.
public struct RunConfiguration: Sendable, Equatable {
  /// Version of the configuration format.
  public var version = RunConfiguration.currentVersion
  /// Model directory or `org/name[@rev]`; nil trains the bundled Atlas.
  public var model: String?
  /// Seed of every random stream.
  public var seed: UInt64 = 42
  /// Threads; nil takes all cores.
  public var threads: Int?
  /// Whether prompts are put into the model's chat template, if it has one.
  public var useChatTemplate = true
  /// The user's files.
  public var data = DataSettings()
  /// How gates decide.
  public var gates = GateSettings()
  /// Stage 1.
  public var sft = SFTStageSettings()
  /// Stage 2.
  public var collect = CollectStageSettings()
  /// Stage 3.
  public var cite = CiteStageSettings()
  /// Stage 4.
  public var detect = DetectStageSettings()
  /// Stage 5.
  public var optimize = OptimizeStageSettings()
  /// Stage 6.
  public var iterate = IterateStageSettings()
  /// Stage 7.
  public var evaluate = EvaluateStageSettings()

  /// The version this program reads.
  public static let currentVersion = 1

  /// The defaults.
  public init() {}
}

/// The user's files; empty lists mean that the run has none of the kind.
public struct DataSettings: Sendable, Equatable {
  /// Folders or JSON Lines files of documents.
  public var knowledge: [String] = []
  /// JSON Lines files of questions.
  public var questions: [String] = []
  /// JSON Lines files of claims.
  public var claims: [String] = []
  /// JSON Lines files of instruction rows.
  public var instructions: [String] = []

  /// No files.
  public init() {}
}

/// How gates decide and what follows.
public struct GateSettings: Sendable, Equatable {
  /// What happens at a gate that is not passed.
  public enum Enforcement: String, NamedChoice {
    /// The run stops with exit code 2.
    case strict
    /// The run warns and goes on.
    case permissive
  }

  /// What is compared with a threshold.
  public var mode = GateMode.bound
  /// What happens at a gate that is not passed.
  public var enforcement = Enforcement.strict
  /// The set of thresholds.
  public var profile = GateProfile.default

  /// The product's defaults.
  public init() {}
}
