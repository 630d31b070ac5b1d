import Foundation
import RealignTestSupport
import Testing

/// Jobs that train.
extension Job {
  /// Runs this package's program to its end, as one process or several.
  static func train(_ arguments: [String], ranks: Int) throws -> Program.Result {
    ranks == 1 ? try Program.run(arguments) : try run(ranks, Program.path, arguments)
  }

  /// Starts this package's program as several processes.
  static func start(
    _ arguments: [String],
    ranks: Int,
    errors: String,
    in folder: TemporaryFolder
  ) throws -> Process {
    try Program.start(
      ["-n", "\(ranks)", "--oversubscribe", Program.path] + arguments,
      environment: environment,
      errors: errors,
      in: folder,
      program: launcher ?? "mpirun"
    )
  }

  /// The process of a rank that a launcher started; nil while it has not begun.
  static func process(rank: Int, of launcher: Process) -> pid_t? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.first { candidate in
      guard let status = try? String(contentsOfFile: "/proc/\(candidate)/status", encoding: .utf8),
        status.contains("\nPPid:\t\(launcher.processIdentifier)\n"),
        let variables = FileManager.default.contents(atPath: "/proc/\(candidate)/environ")
      else { return false }
      return variables.split(separator: 0).contains(Data("OMPI_COMM_WORLD_RANK=\(rank)".utf8))
    }
  }

  /// Waits for a process until it is done; one that hangs is killed and fails the test.
  static func finish(_ process: Process, seconds: Int) {
    for _ in 0..<seconds * 100 where process.isRunning { usleep(10_000) }
    #expect(!process.isRunning, "still running after \(seconds) s")
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  // MARK: Limited memory

  private static let memoryGroups = "/sys/fs/cgroup/memory"

  /// Whether the memory of ranks can be limited here, by control groups of version 1.
  static let limitsMemory: Bool = {
    let group = memoryGroups + "/realign-test-\(getpid())"
    defer { rmdir(group) }
    return mkdir(group, 0o755) == 0
      && FileManager.default.fileExists(atPath: group + "/memory.limit_in_bytes")
  }()

  /// Runs this package's program as ranks that the kernel kills when they take more memory.
  ///
  /// - Parameter bytes: Of memory for each rank.
  static func train(_ arguments: [String], ranks: Int, bytes: Int) throws -> Program.Result {
    let groups = memoryGroups + "/realign-test-\(getpid())-"
    defer { for rank in 0..<ranks { rmdir(groups + "\(rank)") } }
    let script = """
      g=\(groups)$OMPI_COMM_WORLD_RANK; mkdir -p $g && echo \(bytes) > $g/memory.limit_in_bytes \
      && echo $$ > $g/cgroup.procs && exec "$@"
      """
    return try run(ranks, "sh", ["-c", script, "rank", Program.path] + arguments)
  }
}
