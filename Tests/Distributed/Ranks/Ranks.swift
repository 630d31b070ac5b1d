import Foundation
import RealignNumerics
import RealignTestSupport

/// A rank for tests, to be started by mpirun.
///
///     realign-ranks checks N          every call, with messages of at most N values
///     realign-ranks facts             a line for each rank: number, host, threads
///     realign-ranks wait FOLDER [N]   all in barriers until one is lost; then rank 0 takes N
///                                     seconds to save
///     realign-ranks transfer FOLDER   the same, in transfers of 64 MB
///     realign-ranks compute FOLDER    the same, rank 0 not in a call but at work
///     realign-ranks leave C0 C1 …     each rank ends with its code
///
/// Where a rank is to be lost, each writes its process number to FOLDER/RANK when all are there.
@main
struct Ranks {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var options = try MPIOptions(environment: ProcessInfo.processInfo.environment)
      if arguments.first == "checks", let limit = arguments.dropFirst().first.flatMap({ Int($0) }) {
        options.valuesPerMessage = limit
      }
      let group = try ProcessGroups.current(options: options)
      let code = try run(arguments, group)
      ProcessGroups.leave(code: code)
      exit(code)
    } catch {
      if ProcessGroups.speaks(of: error) {
        let words = (error as? ProcessGroupError).map(ProcessGroups.explanation) ?? "\(error)"
        say("error: " + words)
      }
      save(arguments)
      ProcessGroups.leave(code: MPIGroup.resumableCode)
      exit(MPIGroup.resumableCode)
    }
  }

  private static func run(_ arguments: [String], _ group: any ProcessGroup) throws -> Int32 {
    switch arguments.first {
    case "checks":
      let found = try ProcessGroupChecks.violations(of: group)
      found.forEach(say)
      // No rank may end with another code while others are still at work.
      let isWrong = try group.agree(!found.isEmpty)
      if group.rank == 0, !isWrong { say("all calls do as defined, \(group.size) ranks") }
      return isWrong ? 2 : 0
    case "facts":
      let host = ProcessGroups.mpi?.hosts[group.rank] ?? "alone"
      let line = "rank \(group.rank) of \(group.size) on \(host): \(group.threadsPerRank) threads"
      for text in try group.allGather(Array(line.utf8)) where group.rank == 0 {
        say(String(decoding: text, as: UTF8.self))
      }
      return 0
    case "wait", "transfer", "compute":
      try work(arguments[0], folder: arguments[1], group)
    case "leave":
      let codes = arguments.dropFirst().compactMap { Int32($0) }
      return codes[group.rank]
    default:
      say("unknown: \(arguments)")
      return 64
    }
  }

  private static func work(
    _ kind: String,
    folder: String,
    _ group: any ProcessGroup
  ) throws -> Never {
    // As a trainer does, which saves first.
    signal(SIGTERM, SIG_IGN)
    try group.barrier()
    let number = Data("\(ProcessInfo.processInfo.processIdentifier)".utf8)
    try number.write(to: URL(fileURLWithPath: "\(folder)/\(group.rank)"), options: .atomic)
    let values = Tensor(rows: 1, columns: 16 << 20)
    let ranges = (0..<group.size).map {
      $0 * values.count / group.size..<($0 + 1) * values.count / group.size
    }
    while true {
      switch kind {
      case "transfer": try group.allGather(values, ranges: ranges)
      case "compute" where group.rank == 0: Thread.sleep(forTimeInterval: 0.1)
      default: try group.barrier()
      }
    }
  }

  /// What a trainer does when a rank is lost: rank 0 writes a checkpoint, which takes time.
  private static func save(_ arguments: [String]) {
    guard arguments.count > 2, let seconds = Double(arguments[2]),
      ProcessGroups.mpi?.rank == 0
    else { return }
    Thread.sleep(forTimeInterval: seconds)
    try? Data("saved".utf8).write(to: URL(fileURLWithPath: arguments[1] + "/saved"))
  }

  private static func say(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}
