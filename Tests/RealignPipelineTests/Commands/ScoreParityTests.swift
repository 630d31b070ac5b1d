import Foundation
import RealignPipeline
import RealignText
import Testing

/// The goldens are made by `Goldens/make_score_goldens.py`; `Goldens/compare_with_transformers.py`
/// compares any other directory.
@Suite("score against transformers and peft")
struct ScoreParityTests {
  static let goldens = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens").path

  static func score(adapter: String?) throws -> [JSONValue] {
    let output = CollectedOutput()
    try ScoreCommand.run(
      .init(model: goldens + "/llama", adapter: adapter, data: [goldens + "/rows.jsonl"]),
      context: CommandContext(output: output)
    )
    return output.rows
  }

  static func integers(_ value: JSONValue?) throws -> [Int] {
    try #require(value?.arrayValue).compactMap(\.intValue)
  }

  static func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).compactMap(\.doubleValue)
  }

  @Test("rows of ids, pairs and texts become the same tokens, scored from the same one")
  func tokens() throws {
    let expected = try JSONLines.read(Self.goldens + "/scores.jsonl")
    let rows = try Self.score(adapter: nil)
    #expect(rows.count == expected.count)
    for (row, golden) in zip(rows, expected) {
      #expect(try Self.integers(row["input_ids"]) == Self.integers(golden.value["input_ids"]))
      #expect(row["completion_start"]?.intValue == golden.value["completion_start"]?.intValue)
    }
  }

  @Test(
    "log-probabilities agree within 1e-4, without and with an adapter",
    arguments: [("logprobs", nil), ("adapter", "/adapter")] as [(String, String?)]
  )
  func logProbabilities(name: String, adapter: String?) throws {
    let expected = try JSONLines.read(Self.goldens + "/scores.jsonl")
    let rows = try Self.score(adapter: adapter.map { Self.goldens + $0 })
    #expect(rows.count == expected.count)
    for (row, golden) in zip(rows, expected) {
      let found = try Self.numbers(row["logprobs"])
      let wanted = try Self.numbers(golden.value[name])
      #expect(found.count == wanted.count)
      #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-4 }, "line \(golden.line)")
    }
  }
}
