import Foundation
import RealignPipeline
import RealignTestSupport
import RealignText
import Synchronization
import Testing

@Suite struct ShardingTests {
  private let folder: TemporaryFolder
  private let model: String
  private let output: String

  init() throws {
    folder = try TemporaryFolder()
    model = try BundledModel.directory()
    output = folder.path + "/scores.jsonl"
  }

  /// A command that scores so many rows.
  private func score(rows: Int) throws -> [String] {
    let text = (0..<rows).map { row in
      "{\"text\":\"Person \(row) lives at number \(row * 7919 % 1009), near town \(row % 13).\"}\n"
    }
    let data = try folder.write(text.joined(), to: "rows.jsonl")
    return [
      "score", "--model", model, "--data", data, "--output", output, "--block-rows", "8",
    ]
  }

  private var result: String {
    get throws { try String(contentsOfFile: output, encoding: .utf8) }
  }

  /// The results in one piece, which are removed again.
  private func whole(_ command: [String]) throws -> String {
    #expect(try Program.run(command).code == 0)
    defer { try? FileManager.default.removeItem(atPath: output) }
    return try result
  }

  private func shard(_ number: Int, _ count: Int) -> String {
    folder.path + "/scores.shard-0000\(number)-of-0000\(count).jsonl"
  }

  @Test func `tasks of a Slurm array write shards that merge into the whole`() throws {
    let command = try score(rows: 40)
    let whole = try whole(command)
    for task in 1...3 {
      let result = try Program.run(
        command + ["--shard", "auto", "--json"],
        environment: [
          "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_COUNT": "3",
          "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "3",
        ]
      )
      #expect(result.code == 0)
      #expect(result.output.contains("\"shard\":\(task),\"shards\":3,"))
    }
    let shards = (1...3).map { shard($0, 3) }
    let merged = try Program.run(["merge-shards"] + shards + ["--output", output])
    #expect(merged.code == 0)
    #expect(merged.output.isEmpty)
    #expect(try result == whole)
  }

  @Test func `missing shards end with 66, damaged and foreign ones with 65`() throws {
    let command = try score(rows: 20)
    for number in 1...2 {
      #expect(try Program.run(command + ["--shard", "\(number)/2"]).code == 0)
    }
    let missing = try Program.run(["merge-shards", shard(2, 2), "--output", output])
    #expect(missing.code == 66)
    #expect(
      missing.errors == """
        error: shard 1 of 2 is missing: found 1
        hint: run score again with --shard 1/2

        """
    )
    let text = try String(contentsOfFile: shard(1, 2), encoding: .utf8)
    try folder.write(String(text.dropLast(9)), to: "cut.jsonl")
    let cut = folder.path + "/cut.jsonl"
    let damaged = try Program.run(["merge-shards", cut, shard(2, 2), "--output", output])
    #expect(damaged.code == 65)
    #expect(damaged.errors.hasPrefix("merge score: 20 rows\nerror: \(cut): the shard is damaged"))
    let foreign = try Program.run(command + ["--shard", "1/2", "--base-dtype", "bf16"])
    #expect(foreign.code == 0)
    let mixed = try Program.run(["merge-shards", shard(1, 2), shard(2, 2), "--output", output])
    #expect(mixed.code == 65)
    #expect(mixed.errors.contains("field `settings.base_dtype`: found \"f32\"; expected \"bf16\""))
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test(arguments: [["--shard", "0/2"], ["--shard", "3/2"], ["--weights", "1"], ["--resume"]])
  func `a division that makes no sense ends with 64`(flags: [String]) throws {
    let result = try Program.run(try score(rows: 2) + flags)
    #expect(result.code == 64)
    #expect(result.errors.hasPrefix("error: "))
  }

  @Test func `work-split measures, divides, and joins what its workers write`() throws {
    let command = try score(rows: 200)
    let whole = try whole(command)
    let split = try Program.run(
      ["work-split"] + command + ["--workers", "2", "--threads", "2", "--remove-shards"]
    )
    #expect(split.code == 0)
    #expect(try result == whole)
    #expect(split.output.isEmpty)
    #expect(split.errors.contains("measured shares, blocks by worker: "))
    #expect(split.errors.contains("score, 2 workers: 200 rows"))
    #expect(try folder.names == ["rows.jsonl", "scores.jsonl"])
  }

  @Test func `few rows are divided by threads, and more workers than blocks are no matter`() throws
  {
    let command = try score(rows: 9)
    let whole = try whole(command)
    let split = try Program.run(["work-split", "--workers", "3"] + command)
    #expect(split.code == 0)
    #expect(try result == whole)
    #expect(split.errors.contains("too few rows to measure on"))
    #expect(FileManager.default.fileExists(atPath: shard(3, 3)))
  }

  @Test func `a dynamic division gives the same bytes and leaves no lease`() throws {
    let command = try score(rows: 100)
    let whole = try whole(command)
    let split = try Program.run(
      ["work-split"] + command + ["--workers", "2", "--dynamic", "--leases", "5"]
    )
    #expect(split.code == 0)
    #expect(try result == whole)
    #expect(
      try folder.names
        == (1...5).map { "scores.shard-0000\($0)-of-00005.jsonl" }
        .reduce(into: ["rows.jsonl", "scores.jsonl"]) { $0.append($1) }
    )
  }

  @Test func `an input that is wrong ends the whole with its code and the worker's words`() throws {
    let arguments = ["score", "--model", "absent", "--data", "absent", "--output", output]
    let result = try Program.run(["work-split", "--workers", "2"] + arguments)
    #expect(result.code == 66)
    #expect(result.errors.contains("warning: worker 2: error: absent: there is no such model"))
    #expect(!result.errors.contains("started again"))
    #expect(result.errors.hasSuffix("run again with --resume\n"))
    for arguments in [["train"], ["score", "--model", "m", "--data", "d"], []] {
      #expect(try Program.run(["work-split", "--workers", "2"] + arguments).code == 64)
    }
    let divided = try score(rows: 2) + ["--shard", "1/2"]
    #expect(try Program.run(["work-split", "--workers", "2"] + divided).code == 64)
    #expect(try Program.run(["work-split", "--workers", "0"] + score(rows: 2)).code == 64)
  }

  /// A program that runs some shell lines before it becomes realign.
  private func program(_ lines: String) throws -> String {
    let path = try folder.write(
      "#!/bin/sh\ncd '\(folder.path)'\n\(lines)\nexec '\(Program.path)' \"$@\"\n",
      to: "program.sh"
    )
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func split(
    _ command: [String],
    _ executable: String,
    resumes: Bool = false,
    isDynamic: Bool = false,
    progress: any ProgressReporter
  ) throws -> CommandOutcome {
    try WorkSplitCommand.run(
      WorkSplitCommand.Options(
        command: command,
        workers: 2,
        isDynamic: isDynamic,
        resumes: resumes,
        executable: executable
      ),
      context: CommandContext(
        output: CollectedOutput(),
        progress: progress,
        threads: 2,
        environment: ProcessInfo.processInfo.environment
      )
    )
  }

  @Test(arguments: [false, true])
  func `a worker that dies is started again, and nothing is lost`(isDynamic: Bool) throws {
    let command = try score(rows: 60)
    let whole = try whole(command)
    let host = ProcessInfo.processInfo.hostName
    // The first process of all, or of the second shard, is killed after it has claimed something.
    let executable = try program(
      isDynamic
        ? """
        if mkdir once 2>/dev/null; then
          touch scores.shard-00001-of-00016.jsonl.lease-1
          printf '{"host":"%s","process":%d,"beat":"0000000000"}\\n' '\(host)' $$ \\
            > scores.shard-00001-of-00016.jsonl.lease-1
          echo 'my last words' >&2
          kill -9 $$
        fi
        """
        : """
        case "$*" in *"--shard 2/2"*)
          if mkdir once 2>/dev/null; then echo 'my last words' >&2; kill -9 $$; fi;;
        esac
        """
    )
    let progress = Warnings()
    #expect(
      try split(command, executable, isDynamic: isDynamic, progress: progress) == .passed
    )
    #expect(try result == whole)
    #expect(progress.lines.count == 2)
    #expect(progress.lines[0].hasSuffix("ended with signal 9 and is started again"))
    #expect(progress.lines[1].hasSuffix("my last words"))
    #expect(try folder.names.allSatisfy { !$0.contains("lease") })
  }

  @Test func `what several workers warn of is said once`() throws {
    let executable = try program("echo 'warning: take care' >&2; echo 'not this' >&2")
    let progress = Warnings()
    #expect(try split(try score(rows: 20), executable, progress: progress) == .passed)
    #expect(progress.lines == ["take care"])
  }

  @Test func `a worker that dies twice fails the whole, and --resume does the rest`() throws {
    let command = try score(rows: 60)
    let whole = try whole(command)
    let failing = try program("case \"$*\" in *\"--shard 2/2\"*) exit 74;; esac")
    let progress = Warnings()
    let error = #expect(throws: WorkersFailed.self) {
      try split(command, failing, progress: progress)
    }
    #expect(error?.status == .inputOutput)
    #expect(error?.failures == ["worker 2 failed with exit code 74"])
    #expect(!FileManager.default.fileExists(atPath: output))
    // Worker 1 is done, so the division is known; the second then fails after the shares.
    let shares = ["--shard", "1/2", "--weights", "6,2"]
    #expect(try Program.run(command + shares).code == 0)
    #expect(throws: WorkersFailed.self) {
      try split(command, failing, resumes: true, progress: progress)
    }
    #expect(try split(command, Program.path, resumes: true, progress: progress) == .passed)
    #expect(try result == whole)
    let header = try String(contentsOfFile: shard(2, 2), encoding: .utf8).prefix(400)
    #expect(header.contains("\"first_row\":48,\"rows\":12,"))
  }

  @Test func `a stop is passed on, ends with 75, and leaves nothing half written`() throws {
    let command = try score(rows: 8000)
    let errors = folder.path + "/stderr"
    var code: Int32 = 0
    // A fast machine can be done before it is asked.
    for _ in 0..<10 where code == 0 {
      let process = try Program.start(
        ["work-split"] + command + ["--workers", "2"],
        errors: errors,
        in: folder
      )
      try waitFor(process) {
        try String(contentsOfFile: errors, encoding: .utf8).contains("2 workers: 8000 rows")
      }
      process.terminate()
      try waitFor(process) { false }
      #expect(process.terminationReason == .exit)
      code = process.terminationStatus
      if code == 0 { try FileManager.default.removeItem(atPath: output) }
    }
    #expect(code == 75)
    let text = try String(contentsOfFile: errors, encoding: .utf8)
    #expect(text.hasSuffix("run again with --resume to continue\n"))
    #expect(!FileManager.default.fileExists(atPath: output))
    #expect(try folder.names.allSatisfy { !$0.hasPrefix(".") })
  }

  @Test func `a killed worker's shard is taken over by another process`() throws {
    let command = try score(rows: 600)
    let whole = try whole(command)
    let flags = ["--shard", "any/3", "--lease-seconds", "1"]
    let lease = shard(1, 3) + ".lease-1"
    var isCaught = false
    // It can have finished the shard between the look and the kill.
    for _ in 0..<20 where !isCaught {
      let process = try Program.start(command + flags, errors: folder.path + "/stderr", in: folder)
      try waitFor(process) { FileManager.default.fileExists(atPath: lease) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      isCaught =
        FileManager.default.fileExists(atPath: lease)
        && !FileManager.default.fileExists(atPath: shard(1, 3))
      for name in try folder.names where !isCaught && name.contains(".shard-") {
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
      }
    }
    #expect(isCaught)
    let second = try Program.run(command + flags)
    #expect(second.code == 0)
    #expect(second.errors.contains("its worker has not been heard of for 1 s and is replaced"))
    #expect(!FileManager.default.fileExists(atPath: lease))
    let merged = try Program.run(
      ["merge-shards"] + (1...3).map { shard($0, 3) } + ["--output", output]
    )
    #expect(merged.code == 0)
    #expect(try result == whole)
  }

  /// Waits until something holds or the process has ended; a hung process is killed and fails.
  private func waitFor(_ process: Process, _ condition: () throws -> Bool) throws {
    for _ in 0..<240_000 where process.isRunning {
      if try condition() { return }
      usleep(500)
    }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}

/// Keeps warnings.
private final class Warnings: ProgressReporter {
  private let warned = Mutex<[String]>([])
  var lines: [String] { warned.withLock { $0 } }
  func note(_ text: String) {}
  func detail(_ text: String) {}
  func warn(_ text: String) { warned.withLock { $0.append(text) } }
  func begin(_ task: String, total: Int?, unit: String) {}
  func update(_ done: Int, _ status: String) {}
  func end(_ summary: String?) {}
}
