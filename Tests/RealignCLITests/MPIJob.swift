import Foundation
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

/// `realign` as several processes under Open MPI's launcher.
enum MPIJob {
  /// Why jobs cannot be run here; nil where they can.
  static let obstacle: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let isThere = path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: $0 + "/mpirun")
    }
    return isThere ? nil : "mpirun is not installed (package openmpi-bin)"
  }()

  /// Starts so many ranks, on fewer cores if need be.
  static func launcher(_ ranks: Int) -> [String] {
    ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "\(ranks)"]
  }

  /// Starts ranks that the kernel kills when they take more memory, each in a control group of its
  /// own.
  ///
  /// - Parameter bytes: Of memory for each.
  static func launcher(_ ranks: Int, bytes: Int, group: String) -> [String] {
    let script = """
      g=\(memoryGroups)/\(group)-$OMPI_COMM_WORLD_RANK; mkdir -p $g && \
      echo \(bytes) > $g/memory.limit_in_bytes && echo $$ > $g/cgroup.procs && exec "$@"
      """
    return launcher(ranks) + ["sh", "-c", script, "rank"]
  }

  /// Removes the control groups of ranks that have ended.
  static func removeGroups(_ ranks: Int, group: String) {
    for rank in 0..<ranks { rmdir("\(memoryGroups)/\(group)-\(rank)") }
  }

  private static let memoryGroups = "/sys/fs/cgroup/memory"

  /// Why the memory of ranks cannot be limited here; nil where it can.
  static let memoryObstacle: String? = {
    if let obstacle { return obstacle }
    let group = memoryGroups + "/realign-test-\(getpid())"
    defer { rmdir(group) }
    guard mkdir(group, 0o755) == 0,
      FileManager.default.fileExists(atPath: group + "/memory.limit_in_bytes")
    else { return "no right to make control groups of version 1" }
    return nil
  }()

  /// The process of a rank that a launcher started; nil while it has not joined.
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
}

/// A training of the bundled model, small enough for a test.
struct TrainingCase: Sendable {
  var name: String
  var command: String
  var rows: String
  var flags: [String]
  /// The model's directory; nil for the bundled one.
  var model: String?

  static let all = [
    TrainingCase(
      name: "dpo",
      command: "dpo",
      rows: pairs,
      flags: ["--no-reference-cache", "--lora-dropout", "0.2"]
    ),
    TrainingCase(
      name: "kto",
      command: "dpo",
      rows: answers,
      flags: ["--no-reference-cache", "--loss-type", "kto"]
    ),
    TrainingCase(name: "sft", command: "sft", rows: instructions, flags: ["--full"]),
  ]

  private static let places = ["Oslo", "Bergen", "Tromsø", "Bodø", "Molde"]

  private static func lines(_ line: (Int) -> String) -> String {
    (0..<19).map { line($0) + "\n" }.joined()
  }

  private static let pairs = lines {
    #"{"prompt":"Where was person \#($0) born?","chosen":" In \#(places[$0 % 5])."#
      + #"","rejected":" In \#(places[($0 + 2) % 5]), I think."}"#
  }

  private static let answers = lines {
    #"{"prompt":"Where was person \#($0) born?","completion":" In \#(places[$0 % 5])."#
      + #"","label":\#($0 % 3 != 0)}"#
  }

  private static let instructions = lines {
    #"{"prompt":"Where was person \#($0) born?","completion":" In \#(places[$0 % 5])."}"#
  }

  /// Arguments of a run of five updates over windows of four micro-batches of two rows.
  func arguments(
    in folder: TemporaryFolder,
    output: String,
    ranks: Int,
    steps: Int = 5
  ) throws -> [String] {
    let data = try folder.write(rows, to: "\(name).jsonl")
    return [
      command, "--model", try model ?? BundledModel.directory(), "--data", data, "--eval-data",
      data,
      "--output", folder.path + "/" + output, "--max-steps", "\(steps)",
      "--per-device-train-batch-size", "2", "--gradient-accumulation-steps", "\(4 / ranks)",
      "--eval-steps", "2", "--save-steps", "2", "--logging-steps", "1", "--learning-rate", "1e-3",
      "--seed", "7",
    ] + flags
  }

  /// What a run left, file by file, without the figures of time and memory.
  static func result(_ directory: String) throws -> [String: String] {
    let manager = FileManager.default
    let names = try #require(manager.enumerator(atPath: directory)).compactMap { $0 as? String }
    var result: [String: String] = [:]
    for name in names.sorted() {
      let path = directory + "/" + name
      switch (name as NSString).lastPathComponent {
      // Who ran it, and digests of files that hold figures of time.
      case "run.lock", "manifest.json": continue
      case "metrics.jsonl":
        result[name] = try JSONLines.read(path).map { line in
          var object = line.value
          object["tokens_per_second"] = nil
          object["peak_rss_bytes"] = nil
          return JSONValue.object(object).serialized()
        }.joined(separator: "\n")
      case "state.json":
        var object = try #require(
          try JSONValue.parse(try InputFile.bytes(path), file: path, line: nil).objectValue
        )
        object["log_bytes"] = nil
        result[name] = JSONValue.object(object).serialized()
      default:
        result[name] = manager.contents(atPath: path).map { $0.base64EncodedString() }
      }
    }
    return result
  }
}
