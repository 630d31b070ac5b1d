import Foundation
import RealignModels
import RealignPipeline
import RealignText
import Testing

@Suite("score and kl")
struct ScoreCommandTests {
  static func score(_ fixtures: CommandFixtures, _ lines: [String]) throws -> [JSONValue] {
    let file = try fixtures.rows(lines)
    return try fixtures.output {
      try ScoreCommand.run(.init(model: fixtures.model, adapter: nil, data: [file]), context: $0)
    }.rows
  }

  @Test("a row of token ids has the model's own scores")
  func tokens() throws {
    let fixtures = try CommandFixtures()
    let row = try #require(
      try Self.score(fixtures, [#"{"input_ids":[5,9,30,12],"completion_start":2}"#]).first
    )
    let expected = try fixtures.load().model.score([
      TokenSequence(ids: [5, 9, 30, 12], completionStart: 2)
    ])[0]
    #expect(
      row.objectValue?.keys == [
        "index", "input_ids", "completion_start", "logprobs", "sum", "mean",
      ]
    )
    let found = row["logprobs"]?.arrayValue?.compactMap(\.doubleValue).map { Float($0) }
    #expect(found == expected.logProbabilities)
    #expect(row["sum"]?.doubleValue == expected.sum)
    #expect(row["mean"]?.doubleValue == expected.mean)
    #expect(row["index"]?.intValue == 0)
  }

  @Test("prompt and completion are encoded as one text, scored from the boundary")
  func boundary() throws {
    let fixtures = try CommandFixtures()
    let text = try fixtures.load()
    let row = try #require(
      try Self.score(fixtures, [#"{"prompt":"Who plays","completion":" the cello?"}"#]).first
    )
    let ids = row["input_ids"]?.arrayValue?.compactMap(\.intValue).map { Int32($0) }
    #expect(ids == text.tokenizer.encode("Who plays the cello?", addSpecialTokens: true))
    let start = try #require(row["completion_start"]?.intValue)
    #expect(text.tokenizer.decode(Array((ids ?? [])[..<start])) == "Who plays")
    #expect(row["logprobs"]?.arrayValue?.count == (ids ?? []).count - start)
  }

  @Test("a token across the boundary counts as completion")
  func straddling() throws {
    let fixtures = try CommandFixtures()
    let text = try fixtures.load()
    // " born" is one token of this vocabulary, so the boundary inside it falls within a token.
    #expect(text.tokenizer.encode(" born", addSpecialTokens: false).count == 1)
    let row = try #require(
      try Self.score(fixtures, [#"{"prompt":"was bo","completion":"rn in"}"#]).first
    )
    let ids = (row["input_ids"]?.arrayValue ?? []).compactMap(\.intValue).map { Int32($0) }
    let start = try #require(row["completion_start"]?.intValue)
    #expect(text.tokenizer.decode(Array(ids[start...])) == " born in")
  }

  @Test("a text is scored from its second token, a begin token is not scored")
  func text() throws {
    let fixtures = try CommandFixtures(beginOfText: true)
    let row = try #require(try Self.score(fixtures, [#"{"text":"Oslo"}"#]).first)
    #expect(row["completion_start"]?.intValue == 1)
    #expect(row["input_ids"]?.arrayValue?.first?.intValue == 1)
    let prompted = try #require(
      try Self.score(fixtures, [#"{"prompt":"","completion":"Oslo"}"#]).first
    )
    #expect(prompted == row)
  }

  @Test("several files continue one count")
  func files() throws {
    let fixtures = try CommandFixtures()
    let a = try fixtures.rows([#"{"text":"Arne Lund"}"#], "a.jsonl")
    let b = try fixtures.rows([#"{"text":"Ida Berg"}"#, "", #"{"text":"Oslo."}"#], "b.jsonl")
    let rows = try fixtures.output {
      try ScoreCommand.run(.init(model: fixtures.model, adapter: nil, data: [a, b]), context: $0)
    }.rows
    #expect(rows.map { $0["index"]?.intValue } == [0, 1, 2])
  }

  @Test(
    "a wrong row is named by line and nothing is printed",
    arguments: [
      #"{"prompt":"a"}"#, #"{"input_ids":[1,2],"completion_start":2}"#,
      #"{"input_ids":[1,999999],"completion_start":1}"#, #"{"text":""}"#, #"{"text":7}"#,
      #"{"text":"a"}"#, "[1]", #"{"text":"a""#,
      #"{"prompt":[{"role":"user","content":"a"}],"completion":[{"role":"assistant","content":"b"}]}"#,
    ]
  )
  func wrongRow(_ line: String) throws {
    let fixtures = try CommandFixtures()
    let file = try fixtures.rows([#"{"text":"Arne Lund"}"#, line])
    let output = CollectedOutput()
    let error = #expect(throws: InputError.self) {
      try ScoreCommand.run(
        .init(model: fixtures.model, adapter: nil, data: [file]),
        context: CommandContext(output: output)
      )
    }
    #expect(error?.file == file)
    #expect(error?.line == 2)
    #expect(error?.kind == .badData)
    #expect(output.rows.isEmpty)
  }

  @Test("a row longer than the model is refused")
  func long() throws {
    let fixtures = try CommandFixtures()
    let ids = (0..<97).map { "\($0 % 50)" }.joined(separator: ",")
    let error = #expect(throws: InputError.self) {
      try Self.score(fixtures, [#"{"input_ids":[\#(ids)],"completion_start":1}"#])
    }
    #expect(error?.line == 1)
    #expect(error?.found == "97 tokens")
  }

  @Test("a model does not diverge from itself")
  func sameModel() throws {
    let fixtures = try CommandFixtures()
    let file = try fixtures.rows([
      #"{"prompt":"Who plays","completion":" the cello?"}"#, #"{"text":"Ida Berg wrote."}"#,
    ])
    let rows = try fixtures.output {
      try KLCommand.run(
        .init(model: fixtures.model, adapter: nil, reference: fixtures.model, data: [file]),
        context: $0
      )
    }.rows
    #expect(rows.count == 3)
    #expect(rows[0]["kl"]?.arrayValue?.allSatisfy { abs($0.doubleValue ?? 1) < 1e-9 } == true)
    #expect(abs(rows[2]["summary"]?["kl_per_token"]?.doubleValue ?? 1) < 1e-9)
  }

  @Test("the summary is the mean over tokens and the mean over rows of the sums")
  func summary() throws {
    let fixtures = try CommandFixtures()
    let other = try CommandFixtures(seed: 8)
    let file = try fixtures.rows([
      #"{"prompt":"Who plays","completion":" the cello?"}"#, #"{"text":"Ida Berg wrote."}"#,
    ])
    let rows = try fixtures.output {
      try KLCommand.run(
        .init(model: fixtures.model, adapter: nil, reference: other.model, data: [file]),
        context: $0
      )
    }.rows
    let values = rows.dropLast().map { row in
      (row["kl"]?.arrayValue ?? []).compactMap(\.doubleValue)
    }
    let total = values.joined().reduce(0, +)
    let count = values.joined().count
    let summary = try #require(rows.last?["summary"])
    #expect(values.joined().allSatisfy { $0 > 0 })
    #expect(summary["tokens"]?.intValue == count)
    // The order of summation differs, so rounding of doubles only.
    #expect(abs((summary["kl_per_token"]?.doubleValue ?? 0) - total / Double(count)) < 1e-12)
    #expect(abs((summary["kl_per_sequence"]?.doubleValue ?? 0) - total / 2) < 1e-12)
    let expected = try fixtures.load().model.divergence(
      from: other.load().model,
      on: [
        TokenSequence(
          ids: fixtures.load().tokenizer.encode("Ida Berg wrote.", addSpecialTokens: true),
          completionStart: 1
        )
      ]
    )
    for (a, b) in zip(expected[0], values[1]) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("a reference with another vocabulary is refused")
  func vocabulary() throws {
    let fixtures = try CommandFixtures()
    let other = try CommandFixtures(beginOfText: true)
    let file = try fixtures.rows([#"{"text":"Arne Lund"}"#])
    #expect(throws: InputError.self) {
      try fixtures.output {
        try KLCommand.run(
          .init(model: fixtures.model, adapter: nil, reference: other.model, data: [file]),
          context: $0
        )
      }
    }
  }
}
