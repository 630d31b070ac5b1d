import Foundation
import RealignModels
import RealignPipeline
import RealignText
import Testing

@Suite("generate")
struct GenerateCommandTests {
  static func options(
    _ fixtures: CommandFixtures,
    prompt: String? = nil,
    data: [String] = [],
    temperature: Double = 0,
    batchSize: Int = 4,
    streams: Bool = false
  ) -> GenerateCommand.Options {
    .init(
      model: fixtures.model,
      adapter: nil,
      prompt: prompt,
      data: data,
      maxNewTokens: 12,
      temperature: temperature,
      topK: nil,
      topP: 1,
      batchSize: batchSize,
      streams: streams
    )
  }

  @Test("a streamed text comes in pieces and is that of the row")
  func streamed() throws {
    let fixtures = try CommandFixtures()
    for prompt in ["Who plays", "Ida", "Where was"] {
      let row = try fixtures.output {
        try GenerateCommand.run(Self.options(fixtures, prompt: prompt), context: $0)
      }.rows[0]
      let output = try fixtures.output {
        try GenerateCommand.run(Self.options(fixtures, prompt: prompt, streams: true), context: $0)
      }
      #expect(output.rows.isEmpty)
      #expect(output.pieces.count > 2)
      #expect(output.pieces.joined() == (row["text"]?.stringValue ?? "") + "\n")
    }
  }

  @Test("greedy responses repeat, for any batch size")
  func greedy() throws {
    let fixtures = try CommandFixtures()
    let file = try fixtures.rows([
      #"{"prompt":"Who plays"}"#, #"{"input_ids":[30,31,32]}"#, #"{"prompt":"Ida"}"#,
    ])
    func run(_ batchSize: Int) throws -> [JSONValue] {
      try fixtures.output {
        try GenerateCommand.run(
          Self.options(fixtures, data: [file], batchSize: batchSize),
          context: $0
        )
      }.rows
    }
    let first = try run(4)
    #expect(first == (try run(4)))
    #expect(first == (try run(1)))
    #expect(first.count == 3)
    #expect(first[0].objectValue?.keys == ["index", "text", "ids", "finish_reason"])
  }

  @Test("greedy tokens are the most probable ones")
  func argmax() throws {
    let fixtures = try CommandFixtures()
    let text = try fixtures.load()
    let row = try #require(
      try fixtures.output {
        try GenerateCommand.run(Self.options(fixtures, prompt: "Who plays"), context: $0)
      }.rows.first
    )
    let new = (row["ids"]?.arrayValue ?? []).compactMap(\.intValue).map { Int32($0) }
    let prompt = text.promptIDs("Who plays")
    #expect(!new.isEmpty)
    let score = text.model.score([
      TokenSequence(ids: prompt + new, completionStart: prompt.count)
    ])[0]
    #expect(score.isGreedy.allSatisfy { $0 })
    #expect(row["text"]?.stringValue == text.tokenizer.decode(new))
  }

  @Test("the seed decides what is sampled")
  func seeds() throws {
    let fixtures = try CommandFixtures()
    func run(_ seed: UInt64) throws -> [JSONValue] {
      let output = CollectedOutput()
      try GenerateCommand.run(
        Self.options(fixtures, prompt: "Who", temperature: 1.5),
        context: CommandContext(output: output, seed: seed)
      )
      return output.rows
    }
    #expect(try run(1) == run(1))
    #expect(try run(1) != run(2))
  }

  @Test(
    "a wrong row is named by line and nothing is printed",
    arguments: [
      #"{"text":"a"}"#, #"{"prompt":""}"#, #"{"input_ids":[]}"#, #"{"input_ids":[4000]}"#,
      #"{"messages":[{"role":"user","content":"Who?"}]}"#,
    ]
  )
  func wrongRow(_ line: String) throws {
    let fixtures = try CommandFixtures()
    let file = try fixtures.rows([#"{"prompt":"Who"}"#, line])
    let output = CollectedOutput()
    let error = #expect(throws: InputError.self) {
      try GenerateCommand.run(
        Self.options(fixtures, data: [file]),
        context: CommandContext(output: output)
      )
    }
    #expect(error?.line == 2)
    #expect(error?.file == file)
    #expect(output.rows.isEmpty)
  }

  @Test("settings out of range are refused before the model is read")
  func settings() throws {
    let options = GenerateCommand.Options(
      model: "/nowhere",
      adapter: nil,
      prompt: "a",
      data: [],
      maxNewTokens: 4,
      temperature: -1,
      topK: nil,
      topP: 1,
      batchSize: 1
    )
    let error = #expect(throws: InputError.self) {
      try GenerateCommand.run(options, context: CommandContext(output: CollectedOutput()))
    }
    #expect(error?.field == "temperature")
  }
}
