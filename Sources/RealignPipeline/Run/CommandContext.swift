import RealignNumerics
import RealignTraining

/// What every command is given: where data and progress go, and the global flags.
public struct CommandContext: Sendable {
  /// Receives data.
  public var output: any OutputSink
  /// Receives progress.
  public var progress: any ProgressReporter
  /// Whether data is wanted as JSON where a readable form exists too.
  public var isJSON: Bool
  /// `--threads`; nil takes all cores.
  public var threads: Int?
  /// `--seed`; nil takes the command's default.
  public var seed: UInt64?
  /// The process environment.
  public var environment: [String: String]
  /// Whether text in messages that spells a special token becomes one, as in transformers.
  public var findsTokensInMessages = false
  /// The ranks that train together; other commands are one process.
  public var group: any ProcessGroup = SingleProcess()

  /// A context; silent and without an environment by default.
  public init(
    output: any OutputSink,
    progress: any ProgressReporter = SilentProgress(),
    isJSON: Bool = false,
    threads: Int? = nil,
    seed: UInt64? = nil,
    environment: [String: String] = [:]
  ) {
    self.output = output
    self.progress = progress
    self.isJSON = isJSON
    self.threads = threads
    self.seed = seed
    self.environment = environment
  }

  /// The context of a rank: the first one alone shows progress and data.
  public func on(_ group: any ProcessGroup) -> CommandContext {
    var result = self
    result.group = group
    guard !group.isFirst else { return result }
    result.output = DiscardedOutput()
    result.progress = SilentProgress()
    return result
  }
}
