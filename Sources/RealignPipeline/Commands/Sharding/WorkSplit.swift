import Foundation
import RealignText

/// Runs the workers of a division until every shard is there.
final class WorkSplit {
  private let command: SplitCommand
  private let options: WorkSplitCommand.Options
  private let shardCount: Int
  private let threads: [Int]
  private let context: CommandContext
  private let folder: String
  private let workers: [WorkerProcess]
  /// Blocks of each shard, once they are known; nil while workers measure and in a dynamic division.
  private var blockCounts: [Int]?
  private var hasBegunProgress = false
  private var failures: [(worker: WorkerProcess, ending: WorkerProcess.Ending)] = []
  private var finished: Set<Int> = []
  /// What workers warned of.
  private var warnings: Set<String> = []
  /// Whether workers are ending because they were told to.
  private var isStopping = false

  /// - Parameters:
  ///   - shardCount: Shards in all.
  ///   - threads: Of each worker.
  init(
    command: SplitCommand,
    options: WorkSplitCommand.Options,
    shardCount: Int,
    threads: [Int],
    context: CommandContext
  ) {
    self.command = command
    self.options = options
    self.shardCount = shardCount
    self.threads = threads
    self.context = context
    let folder = NSTemporaryDirectory() + "realign-workers-" + UUID().uuidString
    self.folder = folder
    workers = (1...options.workers).map { number in
      WorkerProcess(
        number: number,
        shard: options.isDynamic ? "any/\(shardCount)" : "\(number)/\(shardCount)",
        folder: folder
      )
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Starts all workers and waits for them.
  ///
  /// - Throws: `WorkersFailed`, `RunInterrupted`, and `InputError` when a worker cannot be started.
  func work() throws {
    // A worker that is gone must not end this process by the pipe to it.
    _ = signal(SIGPIPE, SIG_IGN)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InputError(.cannotCreate, "cannot create the folder of the workers", file: folder)
    }
    // Whatever happens, no worker waits for what will not come.
    defer { for worker in workers { worker.closeInput() } }
    if options.resumes { blockCounts = earlierBlockCounts }
    for worker in workers { try start(worker) }
    while finished.count < workers.count {
      Thread.sleep(forTimeInterval: 0.05)
      if Interruption.isRequested, !isStopping {
        isStopping = true
        for worker in workers { worker.requestStop() }
      }
      for worker in workers where !finished.contains(worker.number) {
        worker.listen()
        if let ending = worker.ending {
          // It may have said something between the two looks.
          worker.listen()
          try end(worker, ending)
        }
      }
      if !isStopping { try divide() }
      showProgress()
    }
    if Interruption.isRequested {
      throw RunInterrupted(place: "work-split, \(finishedShards) of \(shardCount) shards done")
    }
    guard let first = failures.first else {
      return context.progress.end("\(shardCount) shards by \(workers.count) workers")
    }
    throw WorkersFailed(
      status: first.ending.status,
      failures: failures.map { "worker \($0.worker.number) failed with \($0.ending.text)" }
    )
  }

  private var finishedShards: Int {
    (1...shardCount).count {
      FileManager.default.fileExists(
        atPath: ShardName.path(command.output, number: $0, of: shardCount)
      )
    }
  }

  /// The division of an earlier attempt, whose finished shards stay.
  private var earlierBlockCounts: [Int]? {
    guard !options.isDynamic else { return nil }
    for number in 1...shardCount {
      let path = ShardName.path(command.output, number: number, of: shardCount)
      if let header = try? ShardHeader(path: path), header.work.command == command.name {
        return header.work.division(of: shardCount).blockCounts
      }
    }
    return nil
  }

  // MARK: Workers

  private func start(_ worker: WorkerProcess) throws {
    let threads = threads[worker.number - 1]
    var arguments =
      command.arguments + [
        "--shard", worker.shard, "--worker", "--quiet", "--threads", "\(threads)",
      ]
    if let seed = context.seed { arguments += ["--seed", "\(seed)"] }
    if options.resumes, !options.isDynamic { arguments.append("--resume") }
    if let blockCounts {
      arguments += ["--weights", blockCounts.map { "\($0)" }.joined(separator: ",")]
    } else if !options.isDynamic {
      arguments.append("--measure")
    }
    var environment = context.environment
    environment["OPENBLAS_NUM_THREADS"] = "\(threads)"
    environment["OMP_NUM_THREADS"] = "\(threads)"
    // Templates that print the date print the same one in all workers.
    if environment["SOURCE_DATE_EPOCH"] == nil {
      environment["SOURCE_DATE_EPOCH"] = "\(Int(Date().timeIntervalSince1970))"
    }
    try worker.start(options.executable, arguments, environment: environment)
  }

  private func end(_ worker: WorkerProcess, _ ending: WorkerProcess.Ending) throws {
    releaseLeases(of: worker)
    let hasStopped = ending == .code(ExitStatus.resumable.rawValue) && isStopping
    if ending == .code(0) || hasStopped || Interruption.isRequested {
      finished.insert(worker.number)
      return passOnWarnings(of: worker)
    }
    let isAgain = worker.starts == 1 && !ending.isFinal && !isStopping
    context.progress.warn(
      "worker \(worker.number) (shard \(worker.shard)) ended with \(ending.text)"
        + (isAgain ? " and is started again" : "")
    )
    for line in worker.lastWords() { context.progress.warn("worker \(worker.number): \(line)") }
    if isAgain { return try start(worker) }
    failures.append((worker, ending))
    finished.insert(worker.number)
    // Without its speed there are no shares: the others wait in vain.
    if !options.isDynamic, blockCounts == nil {
      isStopping = true
      for other in workers { other.closeInput() }
    }
  }

  /// Shows what a worker warned of, unless another one has said the same.
  private func passOnWarnings(of worker: WorkerProcess) {
    let mark = "warning: "
    for line in worker.lastWords() where line.hasPrefix(mark) && warnings.insert(line).inserted {
      context.progress.warn(String(line.dropFirst(mark.count)))
    }
  }

  /// Frees what a worker that has ended held, so that nobody waits until it lapses.
  private func releaseLeases(of worker: WorkerProcess) {
    guard options.isDynamic else { return }
    let owner = LeaseOwner(host: LeaseOwner.current.host, process: worker.identifier)
    for number in 1...shardCount {
      let path = ShardName.path(command.output, number: number, of: shardCount)
      let holder = Lease.holder(of: path)
      let lease = Lease(shard: path, generation: holder)
      if holder > 0, owner.holds(lease.content) { lease.release() }
    }
  }

  // MARK: Shares

  /// Tells every worker the shares when all have measured.
  private func divide() throws {
    guard !options.isDynamic, blockCounts == nil, failures.isEmpty else { return }
    let speeds = workers.compactMap(\.speed)
    guard speeds.count == workers.count, let blocks = speeds.first?.blocks else { return }
    let rates = speeds.compactMap(\.rowsPerSecond)
    let isMeasured = rates.count == workers.count && rates.allSatisfy { $0 > 0 && $0.isFinite }
    let division = ShardDivision(
      blocks: blocks,
      weights: isMeasured ? rates : threads.map { Double($0) }
    )
    blockCounts = division.blockCounts
    let line = JSONValue.array(division.blockCounts.map { .integer($0) }).serialized()
    for worker in workers { worker.tell(line) }
    let shown = zip(rates, division.blockCounts).map { rate, blocks in
      "\(Count.decimal(rate, places: 1)) rows/s: \(blocks)"
    }
    context.progress.note(
      isMeasured
        ? "measured shares, blocks by worker: " + shown.joined(separator: ", ")
        : "too few rows to measure on: shares by threads, blocks by worker: "
          + division.blockCounts.map { "\($0)" }.joined(separator: ", ")
    )
  }

  // MARK: Progress

  private func showProgress() {
    guard let total = workers.compactMap(\.inputRows).first else { return }
    if !hasBegunProgress {
      hasBegunProgress = true
      context.progress.begin(
        "\(command.name), \(workers.count) workers",
        total: total,
        unit: RowWorks.named(command.name)?.unit ?? "rows"
      )
    }
    let done = workers.map(\.doneRows)
    context.progress.update(
      done.reduce(0, +),
      "(" + done.map { "\($0)" }.joined(separator: " + ") + ")"
    )
  }
}
