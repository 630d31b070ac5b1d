import Foundation
import RealignNumerics
import RealignText

/// `realign work-split`: one command's rows divided among processes on this machine.
public enum WorkSplitCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// The command and its arguments, `score --model …`, without flags of division.
    public var command: [String]
    /// Processes.
    public var workers: Int
    /// Whether workers claim small shards one after the other, beside others on other hosts.
    public var isDynamic: Bool
    /// Shards of a dynamic division; nil is eight for each worker.
    public var leases: Int?
    /// Whether finished shards stay.
    public var resumes: Bool
    /// Whether the shards are removed when they are merged.
    public var removesShards: Bool
    /// The program that the workers run.
    public var executable: String

    /// Creates options.
    public init(
      command: [String],
      workers: Int,
      isDynamic: Bool = false,
      leases: Int? = nil,
      resumes: Bool = false,
      removesShards: Bool = false,
      executable: String
    ) {
      self.command = command
      self.workers = workers
      self.isDynamic = isDynamic
      self.leases = leases
      self.resumes = resumes
      self.removesShards = removesShards
      self.executable = executable
    }
  }

  /// The most processes.
  static let mostWorkers = 1024
  /// Shards for each worker of a dynamic division: few enough that starting one costs little, many
  /// enough that the last ones end together.
  static let leasesPerWorker = 8

  /// Starts the workers, shows their progress, starts a failed one again once, and merges.
  ///
  /// - Returns: What the merged command returns.
  /// - Throws: `InputError` of kind `usage`; `WorkersFailed`; `RunInterrupted` when asked to stop,
  ///   which is passed on to the workers.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    let command = try SplitCommand(options.command)
    guard (1...mostWorkers).contains(options.workers) else {
      throw InputError(
        .usage,
        "not a number of workers",
        field: "--workers",
        found: "\(options.workers)",
        expected: "1 to \(mostWorkers)"
      )
    }
    let count =
      options.isDynamic
      ? options.leases ?? leasesPerWorker * options.workers : options.workers
    guard (1...ShardChoice.most).contains(count), options.isDynamic || options.leases == nil else {
      throw InputError(
        .usage,
        "not a number of leases",
        field: "--leases",
        found: "\(count)",
        expected: "1 to \(ShardChoice.most), with --dynamic"
      )
    }
    let threads = context.threads ?? MachineInformation.coreCount
    if options.workers > threads {
      context.progress.warn("\(options.workers) workers share \(threads) threads")
    }
    let split = WorkSplit(
      command: command,
      options: options,
      shardCount: count,
      threads: (0..<options.workers).map {
        max(1, threads / options.workers + ($0 < threads % options.workers ? 1 : 0))
      },
      context: context
    )
    try split.work()
    return try merge(command, count: count, options, context)
  }

  private static func merge(
    _ command: SplitCommand,
    count: Int,
    _ options: Options,
    _ context: CommandContext
  ) throws -> CommandOutcome {
    let shards = (1...count).map { ShardName.path(command.output, number: $0, of: count) }
    let outcome = try MergeShardsCommand.run(
      MergeShardsCommand.Options(shards: shards, output: command.output),
      context: context
    )
    for shard in shards {
      // What a worker left that was killed after its shard was written.
      Lease.clear(shard)
      if options.removesShards { try? FileManager.default.removeItem(atPath: shard) }
    }
    return outcome
  }
}
