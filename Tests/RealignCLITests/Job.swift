import Foundation
import RealignTestSupport

/// Jobs of Open MPI: `mpirun` with a program of this package.
enum Job {
  /// Where the launcher is, if it is installed.
  static let launcher = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { $0 + "/mpirun" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// The ranks for tests, beside the test bundle.
  static var ranks: String {
    URL(fileURLWithPath: Program.path).deletingLastPathComponent()
      .appendingPathComponent("realign-ranks").path
  }

  /// The script that makes two hosts of one machine; nil where that is not possible.
  static let hosts: String? = {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Distributed/hosts.sh").path
    guard launcher != nil, getuid() == 0,
      let result = try? Program.run(["exec", "a", "true"], program: script)
    else { return nil }
    return result.code == 0 ? script : nil
  }()

  /// Open MPI does not run for root otherwise.
  static let environment = [
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
  ]

  /// Runs a program as several ranks to the end.
  static func run(
    _ count: Int,
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:]
  ) throws -> Program.Result {
    try Program.run(
      ["-n", "\(count)", "--oversubscribe", program] + arguments,
      environment: environment.merging(Self.environment) { first, _ in first },
      program: launcher ?? "mpirun"
    )
  }

  /// What became of a job that lost a rank.
  struct Loss {
    var code: Int32
    var errors: String
    /// Seconds from the loss to the job's end, without those that the machine had no time for us.
    var seconds: Double
    /// Whether rank 0 saved.
    var isSaved: Bool
  }

  /// Starts ranks, waits until all are at work, takes one away and waits for the job's end.
  ///
  /// - Parameters:
  ///   - start: The launcher and its arguments, given the folder that the ranks write to.
  ///   - lose: Takes a rank away, given the process numbers of all.
  static func losing(
    _ count: Int,
    start: (String) -> [String],
    lose: ([Int32]) throws -> Void
  ) throws -> Loss {
    let folder = try TemporaryFolder()
    let command = start(folder.path)
    let errors = folder.path + "/stderr"
    let process = try Program.start(
      Array(command.dropFirst()),
      environment: environment,
      errors: errors,
      in: folder,
      program: command[0]
    )
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    var numbers: [Int32] = []
    let end = ContinuousClock.now + .seconds(120)
    while numbers.count < count, ContinuousClock.now < end, process.isRunning {
      usleep(50_000)
      numbers = (0..<count).compactMap { rank in
        (try? String(contentsOfFile: "\(folder.path)/\(rank)", encoding: .utf8)).flatMap {
          Int32($0)
        }
      }
    }
    guard numbers.count == count else {
      throw Failure(words: try String(contentsOfFile: errors, encoding: .utf8))
    }
    try lose(numbers)
    let seconds = wait(for: process, atMost: 120)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return Loss(
      code: process.terminationStatus,
      errors: try String(contentsOfFile: errors, encoding: .utf8),
      seconds: seconds,
      isSaved: FileManager.default.fileExists(atPath: folder.path + "/saved")
    )
  }

  /// The ranks did not start.
  struct Failure: Error {
    var words: String
  }

  /// Seconds until a process ends; a moment that lasts much longer than asked for counts as short,
  /// since the ranks were as starved as this process.
  private static func wait(for process: Process, atMost limit: Double) -> Double {
    let moment = 0.05
    var seconds = 0.0
    while process.isRunning, seconds < limit {
      let start = ContinuousClock.now
      usleep(UInt32(moment * 1e6))
      seconds += min(start.duration(to: .now) / .seconds(1), 2 * moment)
    }
    return seconds
  }
}
