import Foundation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Commands in shards")
struct ShardedCommandTests {
  @Test(
    "1, 2, 3 and 7 shards merge into the bytes of the whole",
    arguments: ShardFixtures.Command.allCases
  )
  func sameBytes(command: ShardFixtures.Command) throws {
    let fixtures = try ShardFixtures()
    try fixtures.run(command)
    let whole = try fixtures.results(command)
    #expect(whole.allSatisfy { $0.count > 100 })
    for count in [1, 2, 3, 7] {
      try fixtures.removeResults(command)
      for number in (1...count).reversed() {
        try fixtures.run(command, threads: number % 2 + 1) { $0.shard = "\(number)/\(count)" }
      }
      // In any order.
      try fixtures.merge(command, fixtures.shards(command, of: count).reversed())
      #expect(try fixtures.results(command) == whole, "\(count) shards")
    }
  }

  @Test("what is printed is what a file gets", arguments: [ShardFixtures.Command.score, .detect])
  func printed(command: ShardFixtures.Command) throws {
    let fixtures = try ShardFixtures()
    try fixtures.run(command)
    let rows = try fixtures.run(command, printing: true).rows
    let text = rows.map { $0.serialized() + "\n" }.joined()
    #expect(try fixtures.results(command) == [Data(text.utf8)])
    // The labels are for the summary alone.
    #expect(rows.allSatisfy { $0["label"] == nil })
    if command == .detect { #expect(rows.last?["summary"]?["rows"]?.intValue == 26) }
  }

  @Test("the result of evaluate is printed as it is written, and decides the exit code")
  func evaluation() throws {
    let fixtures = try ShardFixtures()
    let printed = try #require(try fixtures.run(.evaluate).rows.first)
    let file = try fixtures.results(.evaluate)[0]
    #expect(Data((printed.serialized(pretty: true) + "\n").utf8) == file)
    #expect(printed["metrics"]?["capability/words"]?["n"]?.intValue == 10)
    #expect(printed["metrics"]?["answer_rate"]?["n"]?.intValue == 30)
    // The model against itself: nothing is gained and nothing lost.
    #expect(printed["comparison"]?["fixed"]?.intValue == 0)
    #expect(printed["comparison"]?["broken"]?.intValue == 0)
    try fixtures.run(.evaluate) { $0.shard = "1/1" }
    let outcome = try fixtures.merge(.evaluate, fixtures.shards(.evaluate, of: 1))
    #expect(outcome == (printed["decision"]?.stringValue == "DEPLOY" ? .passed : .notPassed))
    #expect(outcome == .notPassed)
  }

  @Test("curated pairs are balanced, valid rows about the questions asked")
  func curated() throws {
    let fixtures = try ShardFixtures()
    let report = try #require(try fixtures.run(.curate).rows.first)
    let pairs = try JSONLines.read(fixtures.path("curate.jsonl"))
    #expect(pairs.count == 40)
    #expect(report["pairs"]?.intValue == 40)
    #expect(report["retrieval_recall"]?.doubleValue == 1)
    let claims = try JSONLines.read(fixtures.path("curate.claims.jsonl"))
    #expect(report["claims"]?.intValue == claims.count)
    #expect(claims.count { $0.value["factual"]?.boolValue == true } == 24)
    let classes = try #require(report["classes"]?.objectValue)
    #expect(classes.keys.contains { $0.hasSuffix(":sample") })
    #expect(classes.keys.contains { $0.hasSuffix(":fabricated_citation") })
    #expect(report["gates"]?.arrayValue?.count == 2)
  }

  @Test("rows in other blocks may have other last bits, and the same apart from them")
  func blocks() throws {
    let fixtures = try ShardFixtures()
    let few = try fixtures.run(.score, printing: true) { $0.blockRows = 1 }.rows
    let many = try fixtures.run(.score, printing: true) { $0.blockRows = 64 }.rows
    for (a, b) in zip(few, many) {
      let (left, right) = (a["sum"]?.doubleValue ?? .nan, b["sum"]?.doubleValue ?? 0)
      // Some tens of log-probabilities of magnitude ten, each off by some units in the last place.
      #expect(abs(left - right) < 1e-3)
    }
  }

  @Test("shards of unequal shares merge to the same bytes")
  func weights() throws {
    let fixtures = try ShardFixtures()
    try fixtures.run(.score)
    let whole = try fixtures.results(.score)
    let plan = try fixtures.folder.write(
      """
      {"mode":"separate","shares":[{"node":"a","share":0.655,"examples":24},
      {"node":"b","share":0.345,"examples":13}]}
      """,
      to: "plan.json"
    )
    for number in 1...2 {
      try fixtures.run(.score) {
        $0.shard = "\(number)/2"
        $0.plan = plan
      }
    }
    let headers = try fixtures.shards(.score, of: 2).map { try ShardHeader(path: $0) }
    // 37 rows are ten blocks of four; 6.55 and 3.45 of them are seven and three.
    #expect(headers.map(\.rows) == [0..<28, 28..<37])
    try fixtures.merge(.score, fixtures.shards(.score, of: 2))
    #expect(try fixtures.results(.score) == whole)
  }

  @Test("a task of a Slurm array takes its shard")
  func slurm() throws {
    let fixtures = try ShardFixtures()
    for task in 0..<3 {
      let environment = [
        "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_COUNT": "3",
        "SLURM_ARRAY_TASK_MIN": "0",
      ]
      try fixtures.run(.score, environment: environment) { $0.shard = "auto" }
    }
    try fixtures.merge(.score, fixtures.shards(.score, of: 3))
    let merged = try fixtures.results(.score)
    try fixtures.run(.score)
    #expect(try fixtures.results(.score) == merged)
  }

  @Test("a detect row longer than the model is named by its line")
  func longRow() throws {
    let fixtures = try ShardFixtures()
    let words = String(repeating: "seven ", count: 2000)
    try fixtures.folder.write(
      "{\"response\":\"Yes.\"}\n{\"response\":\"\(words)\"}\n",
      to: "responses.jsonl"
    )
    let error = #expect(throws: InputError.self) { try fixtures.run(.detect) }
    #expect(error?.line == 2)
    #expect(error?.message == "the row is longer than the model takes")
  }
}
