import Foundation
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

extension DistributedTests {
  /// Trainings as several processes, each checked against one process.
  @Suite struct Training {
    /// Runs a training to its end and returns what it left.
    static func train(
      _ test: TrainingCase,
      ranks: Int,
      in folder: TemporaryFolder,
      output: String,
      extra: [String] = []
    ) throws -> [String: String] {
      let result = try Job.train(
        test.arguments(in: folder, output: output, ranks: ranks) + extra,
        ranks: ranks
      )
      #expect(result.code == 0, "\(ranks) ranks: \(result.errors)")
      return try TrainingCase.result(folder.path + "/" + output)
    }

    @Test(arguments: TrainingCase.all.indices)
    func `one, two and four processes write the same files`(index: Int) throws {
      let test = TrainingCase.all[index]
      let folder = try TemporaryFolder()
      let alone = try Self.train(test, ranks: 1, in: folder, output: "1")
      #expect(alone.keys.contains("checkpoint-4/weights.safetensors"))
      #expect(alone["metrics.jsonl"]?.contains("eval_loss") == true)
      for ranks in [2, 4] {
        let result = try Self.train(test, ranks: ranks, in: folder, output: "\(ranks)")
        #expect(result.keys.sorted() == alone.keys.sorted())
        for (name, content) in result where content != alone[name] {
          Issue.record("\(ranks) ranks: \(name) differs")
        }
      }
    }

    @Test func `divided base weights change no file`() throws {
      let folder = try TemporaryFolder()
      let test = TrainingCase.all[0]
      let whole = try Self.train(test, ranks: 1, in: folder, output: "whole")
      for (ranks, extra) in [
        (2, ["--shard-base"]), (4, ["--shard-base", "--gradient-checkpointing"]),
      ] {
        let divided = try Self.train(
          test,
          ranks: ranks,
          in: folder,
          output: "divided-\(ranks)",
          extra: extra
        )
        #expect(divided == whole, "\(ranks) ranks")
      }
    }

    @Test func `only the first process speaks`() throws {
      let folder = try TemporaryFolder()
      let test = TrainingCase.all[0]
      let good = try Job.train(
        test.arguments(in: folder, output: "good", ranks: 2) + ["--json"],
        ranks: 2
      )
      #expect(good.output.split(separator: "\n").count == 1)
      #expect(good.output.contains("\"steps\":5"))
      var bad = test
      bad.name = "bad"
      bad.rows += "{\"prompt\":1}\n"
      let refused = try Job.train(
        bad.arguments(in: folder, output: "refused", ranks: 2),
        ranks: 2
      )
      #expect(refused.code == 65)
      #expect(refused.errors.ranges(of: "bad.jsonl:20").count == 1)
      let full = try Job.train(
        test.arguments(in: folder, output: "refused", ranks: 2) + ["--full", "--shard-base"],
        ranks: 2
      )
      #expect(full.code == 78)
      #expect(full.errors.ranges(of: "field `optimize.shard_base`").count == 1)
    }

    /// Starts a long training on two ranks and does something to it when it has a checkpoint.
    static func disturb(
      _ test: TrainingCase,
      in folder: TemporaryFolder,
      _ action: (Process) throws -> Void
    ) throws -> (code: Int32, errors: String) {
      let errors = folder.path + "/stderr"
      let process = try Job.start(
        test.arguments(in: folder, output: "run", ranks: 2, steps: 80),
        ranks: 2,
        errors: errors,
        in: folder
      )
      awaitCheckpoint(of: process, in: folder)
      try action(process)
      Job.finish(process, seconds: 60)
      return (process.terminationStatus, try String(contentsOfFile: errors, encoding: .utf8))
    }

    /// Waits until a training has a checkpoint.
    static func awaitCheckpoint(of process: Process, in folder: TemporaryFolder) {
      for _ in 0..<6_000 where process.isRunning && checkpoints(folder).isEmpty { usleep(10_000) }
    }

    static func checkpoints(_ folder: TemporaryFolder) -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/run")) ?? [])
        .filter { $0.hasPrefix("checkpoint-") }
    }

    /// Resumes what was disturbed, in one process or several, and compares with one that never was.
    static func expectResumable(
      _ test: TrainingCase,
      ranks: Int,
      in folder: TemporaryFolder
    ) throws {
      #expect(!checkpoints(folder).isEmpty)
      for (output, ranks, extra) in [("whole", 1, []), ("run", ranks, ["--resume"])] {
        let result = try Job.train(
          test.arguments(in: folder, output: output, ranks: ranks, steps: 80) + extra,
          ranks: ranks
        )
        #expect(result.code == 0, "\(result.errors)")
      }
      let (whole, resumed) = (
        try TrainingCase.result(folder.path + "/whole"),
        try TrainingCase.result(folder.path + "/run")
      )
      for (name, content) in whole { #expect(resumed[name] == content, "\(name)") }
    }

    @Test func `asked to stop, all processes stop after the same update`() throws {
      let folder = try TemporaryFolder()
      let test = TrainingCase.all[0]
      let (code, errors) = try Self.disturb(test, in: folder) {
        // One of them is asked.
        let rank = try #require(Job.process(rank: 1, of: $0))
        #expect(kill(rank, SIGTERM) == 0)
      }
      #expect(code == 75)
      #expect(errors.ranges(of: "run again with --resume to continue").count == 1)
      try Self.expectResumable(test, ranks: 4, in: folder)
    }

    @Test(arguments: [0, 2], [SIGKILL, SIGSTOP])
    func `a process that dies or hangs ends the job, which can be resumed`(
      index: Int,
      number: Int32
    ) throws {
      let folder = try TemporaryFolder()
      let test = TrainingCase.all[index]
      let start = ContinuousClock.now
      nonisolated(unsafe) var lost: ContinuousClock.Instant?
      let (code, errors) = try Self.disturb(test, in: folder) { process in
        let rank = try #require(Job.process(rank: 1, of: process))
        lost = .now
        #expect(kill(rank, number) == 0)
      }
      #expect(code != 0)
      #expect(errors.contains("rank 1"), "\(errors)")
      if number == SIGSTOP { #expect(code == 75) }
      #expect((lost ?? start).duration(to: .now) < .seconds(30))
      try Self.expectResumable(test, ranks: 1, in: folder)
    }

    @Test(.enabled(if: Job.hosts != nil, "two network namespaces need root and iproute2"))
    func `two hosts train over TCP; when one fails, the other goes on alone`() throws {
      let script = try #require(Job.hosts)
      let name = ["HOSTS_NAME": "training"]
      let made = try Program.run(["up"], environment: name, program: script)
      try #require(made.code == 0, "\(made.errors)")
      defer { _ = try? Program.run(["down"], environment: name, program: script) }
      let folder = try TemporaryFolder()
      let test = TrainingCase.all[0]
      let whole = try Self.train(test, ranks: 1, in: folder, output: "one")
      let both = try Program.run(
        ["run", Program.path] + test.arguments(in: folder, output: "two", ranks: 2),
        environment: name,
        program: script
      )
      #expect(both.code == 0, "\(both.errors)")
      #expect(try TrainingCase.result(folder.path + "/two") == whole)
      let errors = folder.path + "/stderr"
      let process = try Program.start(
        ["run", Program.path]
          + test.arguments(in: folder, output: "run", ranks: 2, steps: 80),
        environment: name,
        errors: errors,
        in: folder,
        program: script
      )
      Self.awaitCheckpoint(of: process, in: folder)
      let killed = try Program.run(["kill-host", "b"], environment: name, program: script)
      #expect(killed.code == 0)
      Job.finish(process, seconds: 60)
      #expect(process.terminationStatus != 0)
      let words = try String(contentsOfFile: errors, encoding: .utf8)
      #expect(words.contains("rank 1 on host host-b"), "\(words)")
      try Self.expectResumable(test, ranks: 1, in: folder)
    }
  }
}
