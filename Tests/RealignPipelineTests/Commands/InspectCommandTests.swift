import Foundation
import RealignModels
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@Suite("inspect")
struct InspectCommandTests {
  static func inspect(
    _ fixtures: CommandFixtures,
    _ target: String,
    model: String? = nil,
    rows: Int = 3,
    isJSON: Bool = true
  ) throws -> CollectedOutput {
    try fixtures.output(isJSON: isJSON) {
      try InspectCommand.run(.init(target: target, model: model, rows: rows), context: $0)
    }
  }

  @Test("a model's parameters by part add up to all of them")
  func model() throws {
    let fixtures = try CommandFixtures()
    let row = try #require(try Self.inspect(fixtures, fixtures.model).rows.first)
    #expect(row["kind"]?.stringValue == "model")
    let text = try fixtures.load()
    let total = text.model.parameterCount
    #expect(row["parameters"]?["total"]?.intValue == total)
    let groups = try #require(row["parameters"]?["groups"]?.objectValue)
    #expect(groups.keys == ["embedding", "attention", "feed_forward", "norms"])
    #expect(groups.keys.reduce(0) { $0 + (groups[$1]?.intValue ?? 0) } == total)
    #expect(groups["embedding"]?.intValue == text.tokenizer.vocabularySize * 16)
    #expect(row["tokenizer"]?["vocabulary_size"]?.intValue == text.tokenizer.vocabularySize)
    #expect(row["stored_as"] == ["F32"])
    #expect(try !Self.inspect(fixtures, fixtures.model, isJSON: false).lines.isEmpty)
  }

  @Test("an adapter's rank and number of parameters")
  func adapter() throws {
    let fixtures = try CommandFixtures()
    let path = try MergeCommandTests.adapter(fixtures)
    let row = try #require(try Self.inspect(fixtures, path).rows.first)
    #expect(row["kind"]?.stringValue == "adapter")
    #expect(row["r"]?.intValue == 2)
    // Per block rank 2 times the sum of inputs and outputs of the seven projections.
    let sides = (16 + 24) + 2 * (16 + 12) + (24 + 16) + 2 * (16 + 24) + (24 + 16)
    #expect(row["parameters"]?.intValue == 2 * 2 * sides)
  }

  @Test("rows are counted by format and shown with their loss mask")
  func data() throws {
    let fixtures = try CommandFixtures()
    let file = try fixtures.rows([
      #"{"prompt":"Who?","completion":" Arne"}"#, #"{"text":"Ida Berg"}"#,
      #"{"prompt":"Who?","chosen":" Arne","rejected":" Ida"}"#,
      #"{"prompt":"Where?","chosen":" Oslo","rejected":" Bergen"}"#,
    ])
    let row = try #require(try Self.inspect(fixtures, file, model: fixtures.model).rows.first)
    #expect(
      row["formats"] == [
        "sft, promptCompletion": 1, "sft, text": 1, "preference, strings": 2,
      ]
    )
    #expect(row["rows"]?.intValue == 4)
    let examples = try #require(row["examples"]?.arrayValue)
    #expect(examples.count == 3)
    let first = try #require(examples[0]["tokens"]?.arrayValue?.first)
    let text = first["text"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let mask = first["mask"]?.arrayValue?.compactMap(\.intValue) ?? []
    #expect(text.joined() == "Who? Arne<|endoftext|>")
    let trained = zip(text, mask).filter { $1 == 1 }.map(\.0).joined()
    #expect(trained == " Arne<|endoftext|>")
    #expect(
      examples[2]["tokens"]?.arrayValue?.compactMap { $0["side"]?.stringValue } == [
        "chosen", "rejected",
      ]
    )
    let lines = try Self.inspect(
      fixtures,
      file,
      model: fixtures.model,
      rows: 1,
      isJSON: false
    ).lines
    #expect(
      lines.contains { $0.contains("‹") && $0.contains("›") && $0.hasSuffix("<|endoftext|>") }
    )
  }

  @Test("a row of no kind is named by line")
  func unknown() throws {
    let fixtures = try CommandFixtures()
    let file = try fixtures.rows([#"{"text":"Ida Berg"}"#, #"{"colour":"red"}"#])
    let error = #expect(throws: InputError.self) { try Self.inspect(fixtures, file) }
    #expect(error?.line == 2)
    let folder = #expect(throws: InputError.self) {
      try Self.inspect(fixtures, fixtures.folder.path)
    }
    #expect(folder?.kind == .badData)
  }

  @Test("a run's finished stages and the last decision on each gate")
  func run() throws {
    let fixtures = try CommandFixtures()
    let path = try RunFixture.write(
      fixtures.folder,
      finished: [.sft],
      gates: [
        RunFixture.gate("citation_accuracy", "FAIL", 0.7, stage: "collect"),
        RunFixture.gate("citation_accuracy", "PASS", 0.9, stage: "evaluate"),
      ]
    )
    let row = try #require(try Self.inspect(fixtures, path).rows.first)
    #expect(row["kind"]?.stringValue == "run")
    let done = row["stages"]?.arrayValue?.filter { $0["finished"]?.boolValue == true }
    #expect(done?.compactMap { $0["name"]?.stringValue } == ["sft"])
    #expect(row["gates"]?.arrayValue?.count == 1)
    #expect(row["gates"]?.arrayValue?.first?["verdict"]?.stringValue == "PASS")
  }
}

/// Run directories for tests.
enum RunFixture {
  static func gate(
    _ name: String,
    _ verdict: String,
    _ estimate: Double,
    stage: String = "evaluate",
    threshold: Double = 0.85,
    reason: String? = nil
  ) -> JSONValue {
    var object: JSONObject = [
      "name": .string(name), "operator": ">=", "threshold": .number(threshold),
      "estimate": .number(estimate), "verdict": .string(verdict), "stage": .string(stage),
      "gating": true,
    ]
    object["reason"] = reason.map { .string($0) }
    return .object(object)
  }

  static func write(
    _ folder: TemporaryFolder,
    finished: [StageName],
    gates: [JSONValue]?
  ) throws -> String {
    for stage in finished {
      try folder.write("{}", to: "run/stages/\(stage.folder)/complete.json")
    }
    if let gates {
      try folder.write(JSONValue.array(gates).serialized(), to: "run/gates.json")
    }
    return folder.path + "/run"
  }
}
