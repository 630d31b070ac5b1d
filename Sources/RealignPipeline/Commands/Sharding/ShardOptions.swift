/// How a command on rows is divided, as its flags say it.
public struct ShardOptions: Sendable {
  /// `--shard`; nil does all of the work.
  public var shard: String?
  /// A plan whose shares the shards have.
  public var plan: String?
  /// Shares as numbers separated by commas.
  public var weights: String?
  /// Whether a shard that is there and fits is left as it is.
  public var resumes: Bool
  /// Rows of a block; nil takes the usual number.
  public var blockRows: Int?
  /// Seconds without a sign of life after which a worker's claim on a shard lapses.
  public var leaseSeconds: Double
  /// Whether a parent process reads progress from the standard output and holds the input open.
  public var isWorker: Bool
  /// Whether the worker measures its speed first and is told the shares then.
  public var measures: Bool

  /// No division by default.
  public init(
    shard: String? = nil,
    plan: String? = nil,
    weights: String? = nil,
    resumes: Bool = false,
    blockRows: Int? = nil,
    leaseSeconds: Double = ShardOptions.defaultLeaseSeconds,
    isWorker: Bool = false,
    measures: Bool = false
  ) {
    self.shard = shard
    self.plan = plan
    self.weights = weights
    self.resumes = resumes
    self.blockRows = blockRows
    self.leaseSeconds = leaseSeconds
    self.isWorker = isWorker
    self.measures = measures
  }

  /// Longer than the attribute caches of network file systems hold on to a file's old state.
  public static let defaultLeaseSeconds = 90.0
}
