import Foundation
import RealignPipeline
import RealignTestSupport
import Testing

/// Separate batches on two hosts that share nothing but a folder.
@Suite struct TwoHostShardingTests {
  private static let name = ["HOSTS_NAME": "shards"]

  @Test(.enabled(if: Job.hosts != nil, "two network namespaces need root and iproute2"))
  func `when a host fails, another computes the shard it had claimed`() throws {
    let script = try #require(Job.hosts)
    let made = try Program.run(["up"], environment: Self.name, program: script)
    try #require(made.code == 0, "\(made.errors)")
    defer { _ = try? Program.run(["down"], environment: Self.name, program: script) }
    let folder = try TemporaryFolder()
    let output = folder.path + "/scores.jsonl"
    let rows = (0..<9000).map {
      "{\"text\":\"Person \($0) lives at number \($0 * 7919 % 1009).\"}\n"
    }
    let command = [
      "score", "--model", try BundledModel.directory(), "--output", output,
      "--data", try folder.write(rows.joined(), to: "rows.jsonl"),
    ]
    let shares = command + ["--shard", "any/3", "--lease-seconds", "2"]
    let process = try Program.start(
      ["exec", "a", Program.path] + shares,
      environment: Self.name,
      errors: folder.path + "/stderr",
      in: folder,
      program: script
    )
    while process.isRunning, try !folder.names.contains(where: { $0.contains(".lease-") }) {
      usleep(10_000)
    }
    let killed = try Program.run(["kill-host", "a"], environment: Self.name, program: script)
    #expect(killed.code == 0)
    process.waitUntilExit()
    let left = try folder.names
    #expect(left.contains { $0.contains(".lease-") }, "the host had time to finish: \(left)")

    let other = try Program.run(
      ["exec", "b", Program.path] + shares,
      environment: Self.name,
      program: script
    )
    #expect(other.code == 0, "\(other.errors)")
    let shards = (1...3).map { folder.path + "/scores.shard-0000\($0)-of-00003.jsonl" }
    let merged = try Program.run(["merge-shards"] + shards + ["--output", output])
    #expect(merged.code == 0, "\(merged.errors)")
    let divided = try String(contentsOfFile: output, encoding: .utf8)
    #expect(try Program.run(command).code == 0)
    #expect(try divided == String(contentsOfFile: output, encoding: .utf8))
    #expect(try folder.names.allSatisfy { !$0.contains("lease") })
  }
}
