import Foundation
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@Suite("doctor")
struct DoctorCommandTests {
  static func diagnose(
    finished: [StageName] = StageName.allCases,
    gates: [JSONValue]?
  ) throws -> (outcome: CommandOutcome, row: JSONValue) {
    let folder = try TemporaryFolder()
    let path = try RunFixture.write(folder, finished: finished, gates: gates)
    let output = CollectedOutput()
    let outcome = try DoctorCommand.run(
      .init(run: path),
      context: CommandContext(output: output, isJSON: true)
    )
    return (outcome, try #require(output.rows.first))
  }

  static func issues(_ row: JSONValue) -> [String] {
    (row["issues"]?.arrayValue ?? []).compactMap { $0["issue"]?.stringValue }
  }

  @Test("this machine computes, searches and writes")
  func machine() throws {
    let output = CollectedOutput()
    _ = try DoctorCommand.run(
      .init(run: nil),
      context: CommandContext(output: output, isJSON: true)
    )
    let checks = try #require(output.rows.first?["checks"]?.arrayValue)
    for name in ["arithmetic", "sqlite", "writing", "cores"] {
      let check = checks.first { $0["name"]?.stringValue == name }
      #expect(check?["ok"]?.boolValue == true, "\(name)")
    }
  }

  @Test("a process without others is told how to start some")
  func distributedAlone() throws {
    for isJSON in [true, false] {
      let output = CollectedOutput()
      _ = try DoctorCommand.run(
        .init(run: nil, isDistributed: true),
        context: CommandContext(output: output, isJSON: isJSON)
      )
      let text = output.rows.first?.serialized() ?? output.lines.joined(separator: "\n")
      #expect(text.contains("mpirun -n 2 realign doctor --distributed"))
      #expect(text.contains("RDMA hardware was not available to test"))
      if isJSON {
        #expect(output.rows.first?["ranks"]?.intValue == 1)
        #expect(output.rows.first?["all_reduce"]?.arrayValue?.isEmpty == true)
      }
    }
  }

  @Test("a start by another MPI's launcher is wrong; the first rank tells why")
  func distributedByOther() throws {
    for rank in ["0", "1"] {
      let output = CollectedOutput()
      let environment = ["PMI_RANK": rank, "PMI_SIZE": "2", "UCX_TLS": "tcp"]
      let outcome = try DoctorCommand.run(
        .init(run: nil, isDistributed: true),
        context: CommandContext(output: output, isJSON: true, environment: environment)
      )
      #expect(outcome == .notPassed)
      guard rank == "0" else {
        #expect(output.rows.isEmpty)
        continue
      }
      let row = try #require(output.rows.first)
      #expect(row["healthy"]?.boolValue == false)
      #expect(row["launcher"]?["PMI_RANK"]?.stringValue == "0")
      #expect(row["ucx"]?["UCX_TLS"]?.stringValue == "tcp")
      let wrong = (row["checks"]?.arrayValue ?? []).filter { $0["ok"]?.boolValue == false }
      // Where Open MPI is not installed, that is wrong too.
      #expect(wrong.contains { $0["name"]?.stringValue == "job" })
    }
  }

  @Test(
    "each problem is found by its own metric",
    arguments: [
      ("hallucination_rate", 0.10, "High hallucination rate"),
      ("citation_accuracy", 0.84, "Low citation accuracy"),
      ("over_refusal", 0.16, "Over-hedging"), ("over_hedging", 0.21, "Over-hedging"),
      ("kl_per_token", 0.11, "Model drift"), ("capability_worst", 0.94, "Capability loss"),
    ]
  )
  func problems(_ metric: String, _ estimate: Double, _ issue: String) throws {
    let gates = [RunFixture.gate(metric, "FAIL", estimate)]
    let (outcome, row) = try Self.diagnose(gates: gates)
    #expect(outcome == .notPassed)
    #expect(Self.issues(row) == [issue])
  }

  @Test("values at their limits are no problem")
  func limits() throws {
    let gates = [
      RunFixture.gate("citation_accuracy", "PASS", 0.85),
      RunFixture.gate("over_refusal", "PASS", 0.15),
      RunFixture.gate("over_hedging", "PASS", 0.20),
      RunFixture.gate("kl_per_token", "PASS", 0.1),
      RunFixture.gate("capability_worst", "PASS", 0.95),
      RunFixture.gate("hallucination_rate", "PASS", 0.0999),
    ]
    let (outcome, row) = try Self.diagnose(gates: gates)
    #expect(outcome == .passed)
    #expect(row["healthy"]?.boolValue == true)
  }

  @Test("too few items are said, not diagnosed as a problem")
  func undecided() throws {
    let gates = [RunFixture.gate("factuality", "INSUFFICIENT", 0.92, reason: "needs more")]
    let (outcome, row) = try Self.diagnose(gates: gates)
    #expect(outcome == .notPassed)
    #expect(Self.issues(row).isEmpty)
    #expect(row["undecided"]?.arrayValue?.count == 1)
  }

  @Test("an unfinished run is named with its next stage")
  func unfinished() throws {
    let (outcome, row) = try Self.diagnose(finished: [.sft, .collect], gates: nil)
    #expect(outcome == .notPassed)
    #expect(row["unfinished"]?.arrayValue?.first?.stringValue == "cite")
  }

  @Test("a directory without a run is missing input")
  func absent() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: InputError.self) {
      try DoctorCommand.run(
        .init(run: folder.path),
        context: CommandContext(output: CollectedOutput())
      )
    }
    #expect(error?.kind == .missingInput)
  }
}
