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
      Lease(shard: shard, generation: Lease.holder(of: shard)).release()
      if options.removesShards { try? FileManager.default.removeItem(atPath: shard) }
    }
    return outcome
  }
}

/// A command that is to be divided, as it was typed.
struct SplitCommand: Equatable {
  /// The command's name.
  let name: String
  /// Name and arguments.
  let arguments: [String]
  /// The file that the merged results go to, and after which the shards are named.
  let output: String

  /// - Throws: `InputError` of kind `usage`.
  init(_ arguments: [String]) throws {
    guard let name = arguments.first, RowWorks.named(name) != nil else {
      throw InputError(
        .usage,
        "not a command that can be divided",
        found: arguments.first ?? "nothing",
        expected: RowWorks.all.map { $0.command }.joined(separator: ", ")
      )
    }
    for flag in ["--shard", "--plan", "--weights"]
    where arguments.contains(where: { $0 == flag || $0.hasPrefix(flag + "=") }) {
      throw InputError(
        .usage,
        "the division is work-split's",
        field: flag,
        found: "given",
        hint: "run the command itself with \(flag), or leave it out"
      )
    }
    guard let output = Self.value("--output", in: arguments) else {
      throw InputError(
        .usage,
        "the command needs --output",
        found: arguments.joined(separator: " "),
        hint: "shards are written beside it"
      )
    }
    self.name = name
    self.arguments = arguments
    self.output = name == EvaluateWork.command ? EvaluateCommand.file(in: output) : output
  }

  private static func value(_ flag: String, in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument.hasPrefix(flag + "=") { return String(argument.dropFirst(flag.count + 1)) }
      if argument == flag { return arguments.dropFirst(index + 1).first }
    }
    return nil
  }
}

/// Workers ended without their shards.
public struct WorkersFailed: Error, Sendable, Equatable, CustomStringConvertible {
  /// The exit code of the whole: that of the first worker that failed, where it has a meaning.
  public var status: ExitStatus
  /// Which workers failed and how.
  public var failures: [String]

  /// A sentence for people.
  public var description: String {
    failures.joined(separator: "; ") + "\nhint: finished shards stay; run again with --resume"
  }
}
