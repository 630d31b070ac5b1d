import Foundation
import RealignData
import RealignDetection
import RealignKnowledge
import RealignTestSupport
import RealignText
import Synchronization

@testable import RealignPipeline

/// The commands that can be divided, run over a small world with the bundled base model.
final class ShardFixtures {
  /// One of the commands.
  enum Command: String, CaseIterable {
    case score, detect, curate, evaluate

    /// The main file of the results.
    var output: String { self == .evaluate ? "evaluation.json" : rawValue + ".jsonl" }

    /// All files of the results.
    var outputs: [String] {
      self == .curate ? [output, "curate.claims.jsonl", "curate.report.jsonl"] : [output]
    }
  }

  let folder: TemporaryFolder
  let model: String
  /// Rows of a block; few, so that there are many blocks.
  let blockRows = 4

  init() throws {
    folder = try TemporaryFolder()
    model = try BundledModel.directory()
    _ = try KnowledgeStore(create: path("kb.sqlite"), documents: Village.documents)
    let questions = Village.questions.prefix(24).map { question in
      QuestionRow(
        id: question.id,
        question: question.text,
        answers: question.answers,
        answerable: true,
        sources: question.sources,
        group: question.group,
        statement: question.statement,
        refusal: question.refusal
      )
    }
    let unanswerable = (0..<6).map { index in
      QuestionRow(
        id: "u\(index)",
        question: "Which instrument does \(Village.people[index]) play?",
        answers: [],
        answerable: false,
        group: Village.people[index]
      )
    }
    try QuestionRow.write(questions + unanswerable, to: path("questions.jsonl"))
    try write("scored.jsonl", Self.scored)
    try write("responses.jsonl", Self.responses)
    try write(
      "words.jsonl",
      Village.people.prefix(10).map {
        ["prompt": .string("Say \($0):"), "completion": .string(" \($0)"), "group": .string($0)]
      }
    )
    try write(
      "more.jsonl",
      Village.towns.prefix(5).map {
        ["prompt": .string("Name \($0)."), "completion": .string(" \($0)")]
      }
    )
    try saveDetector()
  }

  func path(_ name: String) -> String { folder.path + "/" + name }

  private func write(_ name: String, _ rows: [JSONValue]) throws {
    try JSONLines.write(rows, to: path(name))
  }

  /// Rows that share beginnings with their neighbours, so that packing matters.
  private static var scored: [JSONValue] {
    Village.questions.prefix(15).flatMap { question -> [JSONValue] in
      [question.statement, question.refusal].map {
        ["prompt": .string(question.text), "completion": .string(" " + $0)]
      }
    } + Village.documents.prefix(7).map { ["text": .string($0.text)] }
  }

  /// Responses with labels, some with passages of their own.
  private static var responses: [JSONValue] {
    Village.questions.prefix(30).enumerated().map { index, question in
      let isWrong = index % 3 == 0
      var row: JSONObject = [
        "prompt": .string(question.text),
        "response": .string(
          (isWrong ? Village.questions[index + 2].statement : question.statement) + " [1]"
        ),
        "label": isWrong ? 1 : 0,
      ]
      if index % 2 == 0 {
        row["passages"] = .array([.string(Village.documents[index].text)])
      }
      if index % 7 == 6 { row["label"] = nil }
      return .object(row)
    }
  }

  private func saveDetector() throws {
    let prompts = try Village.prompts()
    let builder = try Village.builder()
    let right = prompts.prefix(20).map { Responder.judged($0, text: $0.target) }
    let wrong = prompts.prefix(20).compactMap { prompt in
      builder.corruptor.corruptions(prompt).first.map {
        Responder.judged(prompt, text: $0.response)
      }
    }
    let detector = try CombinedDetector(
      members: [VerifierDetector(builder.verifier), CitationDetector(builder.verifier)],
      records: (right + wrong).map { $0.record() },
      labels: right.map { _ in false } + wrong.map { _ in true }
    )
    try FileManager.default.createDirectory(
      atPath: path("detector"),
      withIntermediateDirectories: true
    )
    try DetectorFile.save(detector, verifier: builder.verifier, probe: nil, to: path("detector"))
  }

  // MARK: Running

  private var sources: ConfigurationSources {
    ConfigurationSources(assignments: [
      "collect.samples_per_question=2", "collect.max_new_tokens=8", "collect.temperature=1.2",
      "collect.max_pairs=40", "evaluate.max_new_tokens=8", "evaluate.batch_size=5",
      "evaluate.bootstrap_resamples=100",
    ])
  }

  /// Runs a command.
  ///
  /// - Parameter change: Changes what is asked for.
  @discardableResult
  func run(
    _ command: Command,
    environment: [String: String] = [:],
    threads: Int? = nil,
    printing: Bool = false,
    _ change: (inout ShardOptions) -> Void = { _ in }
  ) throws -> CollectedOutput {
    let collected = CollectedOutput()
    let context = CommandContext(
      output: collected,
      isJSON: true,
      threads: threads,
      environment: environment
    )
    var sharding = ShardOptions(blockRows: blockRows)
    change(&sharding)
    let output = printing ? nil : path(command.output)
    switch command {
    case .score:
      try ScoreCommand.run(
        ScoreCommand.Options(
          model: model,
          adapter: nil,
          data: [path("scored.jsonl")],
          output: output,
          sharding: sharding
        ),
        context: context
      )
    case .detect:
      try DetectCommand.run(
        DetectCommand.Options(
          model: model,
          adapter: nil,
          knowledge: path("kb.sqlite"),
          detector: path("detector"),
          data: [path("responses.jsonl")],
          output: output,
          sharding: sharding
        ),
        context: context
      )
    case .curate:
      _ = try CurateCommand.run(
        CurateCommand.Options(
          sources: sources,
          model: model,
          knowledge: path("kb.sqlite"),
          questions: [path("questions.jsonl")],
          output: path(command.output),
          sharding: sharding
        ),
        context: context
      )
    case .evaluate:
      _ = try EvaluateCommand.run(
        EvaluateCommand.Options(
          sources: sources,
          model: model,
          adapter: nil,
          baseline: model,
          knowledge: path("kb.sqlite"),
          suites: ["questions.jsonl", "words.jsonl", "more.jsonl"].map(path),
          output: printing ? nil : folder.path,
          sharding: sharding
        ),
        context: context
      )
    }
    return collected
  }

  /// The files of shards, in order.
  func shards(_ command: Command, of count: Int) -> [String] {
    (1...count).map { ShardName.path(path(command.output), number: $0, of: count) }
  }

  /// Merges shards into the command's output.
  @discardableResult
  func merge(_ command: Command, _ shards: [String]) throws -> CommandOutcome {
    try MergeShardsCommand.run(
      MergeShardsCommand.Options(shards: shards, output: path(command.output)),
      context: CommandContext(output: CollectedOutput())
    )
  }

  /// The bytes of a command's results.
  func results(_ command: Command) throws -> [Data] {
    try command.outputs.map { try Data(contentsOf: URL(fileURLWithPath: path($0))) }
  }

  /// Removes a command's results.
  func removeResults(_ command: Command) throws {
    for name in command.outputs { try FileManager.default.removeItem(atPath: path(name)) }
  }
}

/// Work whose records are numbers, and which remembers what it computed.
struct CountedWork: RowWork {
  static let command = "score"
  static let unit = "rows"

  let rowCount: Int
  var settings: JSONObject = ["factor": 3]
  /// Called with each block before it is computed.
  var before: @Sendable (Range<Int>) throws -> Void = { _ in }
  let log = Log()

  /// What was computed.
  final class Log: Sendable {
    private let blocks = Mutex<[Range<Int>]>([])
    var computed: [Range<Int>] { blocks.withLock { $0 } }
    func add(_ rows: Range<Int>) { blocks.withLock { $0.append(rows) } }
  }

  static func reducer(_ settings: JSONObject) throws -> any RowReducer {
    ScoreWork.reducer(settings)
  }

  func sources() throws -> ShardSources {
    ShardSources(
      inputs: [ShardSources.Input(name: "rows", digest: "\(rowCount)")],
      model: "m",
      adapter: nil
    )
  }

  func records(_ rows: Range<Int>, progress: (Int) -> Void) throws -> [JSONObject] {
    try before(rows)
    log.add(rows)
    return rows.map { ["index": .integer($0), "value": .integer(3 * $0)] }
  }

  /// Runs this work.
  func run(
    _ output: String,
    _ options: ShardOptions,
    progress: any ProgressReporter = SilentProgress()
  ) throws {
    var options = options
    options.blockRows = options.blockRows ?? 2
    _ = try RowRun(
      work: self,
      request: ShardRequest(options, output: output, environment: [:]),
      output: output,
      context: CommandContext(output: CollectedOutput(), progress: progress)
    ).execute()
  }
}
