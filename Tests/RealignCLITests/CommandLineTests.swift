import Foundation
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@Suite struct CommandLineTests {
  private static let commands = [
    [], ["train"], ["sft"], ["dpo"], ["generate"], ["score"], ["kl"], ["tokenize"], ["embed"],
    ["validate"], ["knowledge"], ["knowledge", "build"], ["knowledge", "search"], ["detect"],
    ["evaluate"], ["curate"], ["merge-shards"], ["work-split"], ["merge"], ["export"], ["bench"],
    ["plan"], ["inspect"], ["report"], ["doctor"], ["init"], ["seeds"], ["version"],
  ]

  @Test func `every command explains itself within 80 columns on stdout`() throws {
    for command in Self.commands {
      let result = try Program.run(command + ["--help"])
      #expect(result.code == 0, "\(command)")
      #expect(result.output.contains("USAGE: realign"), "\(command)")
      #expect(result.errors.isEmpty, "\(command)")
      let widest = result.output.split(separator: "\n").map(\.count).max() ?? 0
      #expect(widest <= 80, "\(command)")
    }
  }

  @Test func `the program's help lists commands and exit codes`() throws {
    let help = try Program.run(["--help"]).output
    for command in Self.commands.compactMap(\.first) {
      #expect(help.contains("  \(command) "), "\(command)")
    }
    let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("75 stopped, resumable; 78 bad configuration."))
  }

  @Test func `every hyper-parameter in the table has its flag`() throws {
    let sft = try Program.run(["sft", "--help"]).output
    let dpo = try Program.run(["dpo", "--help"]).output
    let own = ["sft.skip", "sft.held_out_fraction", "sft.assistant_only_loss"]
    for setting in SettingsTable.all where setting.key.hasPrefix("sft.") {
      if own.contains(setting.key) { continue }
      let name = setting.key.dropFirst(4).replacing("_", with: "-")
      let flag = name == "shuffle" ? "--no-shuffle" : "--\(name)"
      #expect(sft.contains(flag), "\(flag)")
      #expect(dpo.contains(flag), "\(flag)")
    }
    for flag in [
      "--beta", "--loss-type", "--loss-weights", "--label-smoothing", "--no-reference-cache",
    ] {
      #expect(dpo.contains(flag), "\(flag)")
      #expect(!sft.contains(flag), "\(flag)")
    }
    #expect(sft.contains("--assistant-only-loss"))
    #expect(!dpo.contains("--assistant-only-loss"))
  }

  @Test(arguments: [
    ["--nonsense"], ["nonsense"], ["train", "--gates"], ["score", "--model", "x"],
    ["train", "--from", "nowhere"], ["train", "--from", "cite", "--to", "sft"],
    ["train", "--resume", "--overwrite"], ["version", "--threads", "0"],
    ["generate", "--model", "x"], ["generate", "--model", "x", "--prompt", "p", "--data", "f"],
    ["version", "--quiet", "--verbose"], ["seeds", "--seeds", "1", "1"],
    ["train", "--set", "no-value"], ["train", "--gate-mode", "both"],
    ["dpo", "--model", "m", "--data", "d", "--output", "o", "--beta", "-1"],
    ["dpo", "--model", "m", "--data", "d", "--output", "o", "--learning_rate", "fast"],
    ["sft", "--model", "m", "--data", "d", "--output", "o", "--max_steps", "-2"],
    ["plan"], ["plan", "--parameters", "many"], ["plan", "--parameters", "7B", "--dtype", "fp8"],
    ["plan", "--parameters", "7B", "--examples", "0"],
    ["plan", "--parameters", "7B", "--lora", "--full"],
    ["plan", "--parameters", "7B", "--latency-us", "5"],
    ["plan", "--parameters", "7B", "--startup-seconds", "nan"],
    ["plan", "--parameters", "7B", "--dtype", "int4", "--task", "training", "--full"],
    ["plan", "--parameters", "7B", "--task", "training", "--simulate"],
  ])
  func `a wrong command line ends with 64 and a text on stderr`(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.code == 64)
    #expect(result.output.isEmpty)
    #expect(!result.errors.isEmpty)
  }

  @Test func `a wrong flag names the flag, the key, the value and what is accepted`() throws {
    let result = try Program.run([
      "dpo", "--model", "m", "--data", "d", "--output", "o", "--learning_rate", "fast",
    ])
    #expect(
      result.errors == """
        error: not accepted by --learning-rate: field `optimize.learning_rate`: found fast; \
        expected a finite number of at least 0

        """
    )
  }

  @Test func `a wrong configuration ends with 78 and names the line`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("seed: 1\noptimize:\n  bata: 2\n", to: "c.yaml")
    let result = try Program.run(["train", "--config", file])
    #expect(result.code == 78)
    #expect(result.output.isEmpty)
    #expect(
      result.errors == """
        error: \(file):3: unknown key: field `optimize.bata`
        hint: the nearest known key is optimize.beta

        """
    )
    #expect(try Program.run(["train", "--set", "sft.max_steps=x"]).code == 78)
    #expect(try Program.run(["train"], environment: ["REALIGN_SEED": "x"]).code == 78)
  }

  @Test func `an absent file ends with 66`() throws {
    #expect(try Program.run(["train", "--config", "absent.yaml"]).code == 66)
    #expect(try Program.run(["knowledge", "search", "absent.sqlite", "x"]).code == 66)
    #expect(try Program.run(["knowledge", "build", "absent", "--output", "x"]).code == 66)
    #expect(try Program.run(["tokenize", "--model", "a/b", "--data", "x"]).code == 66)
  }

  @Test func `a run directory in use ends with 69 and names the owner`() throws {
    let folder = try TemporaryFolder()
    let run = try RunDirectory(folder.path + "/run", existing: .refuse)
    let result = try Program.run(["train", "--run-dir", run.path])
    #expect(result.code == 69)
    #expect(result.errors.contains("process \(ProcessInfo.processInfo.processIdentifier) on"))
  }

  @Test func `an output that cannot be created ends with 73`() throws {
    #expect(try Program.run(["train", "--run-dir", "/dev/null/run"]).code == 73)
    #expect(try Program.run(["init", "/dev/null/here"]).code == 73)
  }

  @Test func `a full disk behind stdout ends with 74`() throws {
    let result = try Program.run(["version"], output: "/dev/full")
    #expect(result.code == 74)
    #expect(result.errors.contains("standard output"))
  }

  @Test func `the version is data`() throws {
    let plain = try Program.run(["version"])
    #expect(plain.output == "realign \(ProgramVersion.number)\n")
    #expect(plain.errors.isEmpty)
    #expect(try Program.run(["--version"]).output == plain.output)
    let json = try Program.run(["version", "--json"]).output
    #expect(json.hasPrefix("{\"name\":\"realign\",\"version\":\"\(ProgramVersion.number)\","))
  }

  @Test func `a knowledge base is built and searched`() throws {
    let folder = try TemporaryFolder()
    let documents = try folder.write(
      """
      {"id":"a","title":"Arne","text":"Arne Lund plays the cello."}
      {"id":"b","title":"Bea","text":"Bea Holm builds boats."}

      """,
      to: "docs.jsonl"
    )
    let base = folder.path + "/kb.sqlite"
    let build = try Program.run(["knowledge", "build", documents, "--output", base])
    #expect(build.code == 0)
    #expect(build.output.isEmpty)
    #expect(build.errors.contains("2 documents, 2 passages"))
    let search = try Program.run([
      "knowledge", "search", base, "who builds boats", "--top_k=1", "--json",
    ])
    #expect(search.code == 0)
    #expect(search.output.split(separator: "\n").count == 1)
    #expect(search.output.contains("\"id\":\"b#1\""))
    let wrong = try folder.write("{\"id\":\"a\"}\n", to: "wrong.jsonl")
    let refused = try Program.run(["knowledge", "build", wrong, "--output", base])
    #expect(refused.code == 65)
    #expect(refused.errors.contains("wrong.jsonl:1"))
  }

  @Test func `data that breaks a hard rule ends with 2, good data with 0`() throws {
    let folder = try TemporaryFolder()
    func row(_ i: Int, _ rejected: String) -> String {
      """
      {"prompt":"Where was person \(i) born?","chosen":"In town \(i). [1]",\
      "rejected":"\(rejected)","chosen_score":0.9,"rejected_score":0.1,"group":"g\(i)"}

      """
    }
    let good = try folder.write(
      (0..<120).map { row($0, "In city \($0), I think so.") }.joined(),
      to: "good.jsonl"
    )
    let bad = try folder.write(row(1, "No") + "{\"prompt\":\"x\"}\n", to: "bad.jsonl")
    let passed = try Program.run(["validate", good, "--kind", "preference", "--json"])
    #expect(passed.output.contains("\"valid\":true"))
    #expect(passed.code == 0)
    let failed = try Program.run(["validate", bad, "--json"])
    #expect(failed.code == 2)
    #expect(failed.output.contains("\"code\":\"SCHEMA\""))
    #expect(failed.output.split(separator: "\n").count == 1)
    let people = try Program.run(["validate", bad])
    #expect(people.code == 2)
    #expect(people.output.isEmpty)
    #expect(people.errors.contains("line 2: SCHEMA"))
    #expect(try Program.run(["validate", good, "--kind", "wishes"]).code == 64)
  }

  @Test func `a plan says who does what, and names what is wrong with its nodes`() throws {
    let plan = try Program.run(["plan", "--parameters", "70B", "--dtype", "fp16", "--json"])
    #expect(plan.code == 0 && plan.errors.isEmpty)
    #expect(plan.output.hasPrefix("{\"machine\":\"M3 Ultra\",\"fits\":{\"M4 Max\":false,"))
    #expect(plan.output.contains("\"mode\":\"single\""))
    let folder = try TemporaryFolder()
    let nodes = try folder.write(
      #"[{"node":"a","throughput":3.86},{"node":"b","throughput":0.76}]"#,
      to: "nodes.json"
    )
    let shares = try Program.run([
      "plan", "--parameters=30B", "--task", "scoring", "--examples", "10000", "--nodes", nodes,
      "--startup_seconds", "0", "--json",
    ])
    #expect(shares.code == 0)
    #expect(shares.output.contains("\"examples\":8355}"))
    #expect(shares.output.contains("\"examples\":1645}]"))
    #expect(shares.output.contains("\"makespan_seconds\":2164.5"))
    let people = try Program.run(["plan", "--parameters", "30B", "--nodes", nodes])
    #expect(people.output.contains("share a") && people.output.contains("83.5 %, 8355 examples"))
    let wrong = try folder.write(#"[{"node":"a/../b","throughput":1}]"#, to: "wrong.json")
    let refused = try Program.run(["plan", "--parameters", "30B", "--nodes", wrong])
    #expect(refused.code == 65 && refused.output.isEmpty)
    #expect(refused.errors.contains("field `nodes[0].node`"))
    let absent = try Program.run(["plan", "--parameters", "30B", "--profile", "absent.json"])
    #expect(absent.code == 66)
  }

  @Test func `training is simulated on up to 64 nodes, the same for the same seed`() throws {
    let arguments = [
      "plan", "--parameters", "135M", "--dtype", "fp32", "--task", "training", "--simulate",
      "--step-seconds", "2", "--latency-us", "50", "--bandwidth-gbs", "1.2", "--steps", "3",
      "--json",
    ]
    let one = try Program.run(arguments + ["--seed", "7"])
    #expect(one.code == 0 && one.output.contains("\"nodes\":64,\"algorithm\":\"tree\""))
    #expect(try Program.run(arguments + ["--seed", "7"]).output == one.output)
    #expect(try Program.run(arguments + ["--seed", "8"]).output != one.output)
  }

  @Test func `texts become the ids that the tokenizer gives`() throws {
    let folder = try TemporaryFolder()
    let tokenizer = BytePairTrainer(
      vocabularySize: 300,
      specialTokens: ["<end>"],
      addedTokens: ["[1]"],
      splitDigits: true
    ).train(["the cat sat on the mat", "the hat"])
    try tokenizer.save(to: folder.path)
    let rows = try folder.write("{\"text\":\"the mat [1] 12\"}\n", to: "rows.jsonl")
    let result = try Program.run(["tokenize", "--model", folder.path, "--data", rows])
    #expect(result.code == 0)
    let ids = tokenizer.encode("the mat [1] 12").map { "\($0)" }.joined(separator: ",")
    #expect(result.output == "{\"ids\":[\(ids)],\"text\":\"the mat [1] 12\"}\n")
    let chat = try folder.write("{\"text\":3}\n", to: "chat.jsonl")
    let wrong = try Program.run(["tokenize", "--model", folder.path, "--data", chat])
    #expect(wrong.code == 65)
    #expect(wrong.errors.contains("chat.jsonl:1"))
  }

  @Test func `a run that is asked to stop ends with 75 and says how to continue`() throws {
    let folder = try TemporaryFolder()
    let errors = folder.path + "/stderr"
    let process = try Program.start(
      ["train", "--run-dir", folder.path + "/run"],
      errors: errors,
      in: folder
    )
    func text() throws -> String { try String(contentsOfFile: errors, encoding: .utf8) }
    // A hung program must not hang the tests: after ten minutes it is killed, and they fail.
    var asked = false
    for _ in 0..<60_000 where process.isRunning {
      if !asked, try text().contains("stage 1") {
        process.terminate()
        asked = true
      }
      usleep(10_000)
    }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 75)
    #expect(try text().hasSuffix("run again with --resume to continue\n"))
    // The lock went with the process.
    #expect(throws: Never.self) {
      try RunDirectory(folder.path + "/run", existing: .resume)
    }
  }
}
