import RealignData
import RealignDetection
import RealignEvaluation
import RealignKnowledge
import RealignModels
import RealignText

/// `realign detect`: hallucination scores of responses, with spans.
public enum DetectCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Model directory or name; its probabilities and hidden states are looked at.
    public var model: String
    /// Adapter directory.
    public var adapter: String?
    /// How the model's weights are kept in memory.
    public var baseDtype: BaseDtype
    /// Knowledge base to search for rows without passages.
    public var knowledge: String?
    /// Detector directory of a run; nil scores by the model's own uncertainty.
    public var detector: String?
    /// JSON Lines files of rows, in order.
    public var data: [String]
    /// The file for the results; nil prints them.
    public var output: String?
    /// How the work is divided.
    public var sharding: ShardOptions

    /// Creates options.
    public init(
      model: String,
      adapter: String?,
      baseDtype: BaseDtype = .auto,
      knowledge: String?,
      detector: String?,
      data: [String],
      output: String? = nil,
      sharding: ShardOptions = ShardOptions()
    ) {
      self.model = model
      self.adapter = adapter
      self.baseDtype = baseDtype
      self.knowledge = knowledge
      self.detector = detector
      self.data = data
      self.output = output
      self.sharding = sharding
    }
  }

  /// Prints or writes one object per row and, with labels, a summary.
  ///
  /// - Throws: `InputError` for a wrong model, row, detector or knowledge base.
  public static func run(_ options: Options, context: CommandContext) throws {
    let request = try ShardRequest(
      options.sharding,
      output: options.output,
      environment: context.environment
    )
    context.configureThreads()
    let run = RowRun(
      work: try DetectWork(options, context: context),
      request: request,
      output: options.output,
      context: context
    )
    _ = try run.execute()
  }
}

/// Detection, row by row.
struct DetectWork: RowWork {
  static let command = "detect"
  static let unit = "rows"

  private let options: DetectCommand.Options
  private let context: CommandContext
  private let text: TextModel
  private let store: KnowledgeStore?
  private let fitted: (detector: CombinedDetector, verifier: ClaimVerifier)?
  private let rows: [DetectRow]

  init(_ options: DetectCommand.Options, context: CommandContext) throws {
    self.options = options
    self.context = context
    let text = try ModelReference.load(
      options.model,
      adapter: options.adapter,
      baseType: options.baseDtype.type,
      context: context
    ).framed()
    self.text = text
    store = try options.knowledge.map { try KnowledgeStore(open: $0) }
    fitted = try options.detector.map { try DetectorFile.load($0) }
    rows = try options.data.flatMap { try Self.read($0, for: text) }
  }

  /// Rows of a file that fit into the model.
  private static func read(_ file: String, for text: TextModel) throws -> [DetectRow] {
    let most = text.model.configuration.maximumPositions
    return try DetectRow.readLocated(file).map { located in
      let row = located.row
      let count = text.sequence(
        prompt: row.prompt?.plainText ?? "",
        completion: row.response
      ).ids.count
      guard count <= most else {
        throw RowPlace(file: file, line: located.line).error(
          "the row is longer than the model takes",
          found: "\(count) tokens",
          expected: "at most \(most)"
        )
      }
      return row
    }
  }

  static func reducer(_ settings: JSONObject) -> any RowReducer {
    // No threshold is one that nothing reaches.
    DetectionReducer(threshold: settings["threshold"]?.doubleValue ?? .infinity)
  }

  var rowCount: Int { rows.count }

  /// That of one minus the probability of the least likely token.
  private static let uncertaintyThreshold = 0.5

  private var threshold: Double { fitted?.detector.threshold ?? Self.uncertaintyThreshold }

  var settings: JSONObject {
    [
      "base_dtype": .string("\(options.baseDtype.type)"),
      "threshold": threshold.isFinite ? .number(threshold) : .null,
    ]
  }

  func sources() throws -> ShardSources {
    var sources = try ShardSources(
      model: options.model,
      adapter: options.adapter,
      environment: context.environment
    )
    try sources.add("rows", files: options.data)
    try sources.add("detector", files: options.detector.map { [DetectorFile.path($0)] } ?? [])
    sources.add(store)
    return sources
  }

  func records(_ range: Range<Int>, progress: (Int) -> Void) throws -> [JSONObject] {
    let items = try range.map { try Item(rows[$0], store: store) }
    let states = DetectionData.hiddenStates(
      items.map { ($0.prompt, $0.row.response) },
      text: text
    )
    return zip(range, zip(items, states)).map { index, item in
      record(index, item.0, item.1)
    }
  }

  /// A row of the output, and its label for the summary.
  private func record(
    _ index: Int,
    _ item: Item,
    _ state: (hidden: [Float], logProbabilities: [Float], entropies: [Float])
  ) -> JSONObject {
    var record = item.record
    record.hiddenState = state.hidden
    record.logProbabilities = state.logProbabilities
    record.entropies = state.entropies
    // Without samples self-consistency cannot be judged; the response agrees with itself.
    record.samples = [item.row.response]
    let members: [any Detector] = fitted?.detector.members ?? [GreatestSurprise(), MeanSurprise()]
    let score = fitted?.detector.score(record) ?? Self.uncertainty(record)
    var result: JSONObject = [
      "index": .integer(index), "score": .number(score),
      "hallucinated": .bool(score >= threshold),
      "claims": .array(item.claims(verifier: fitted?.verifier)),
      "detectors": .object(
        JSONObject(
          pairs: members.compactMap { member in
            member.score(record).map { (member.name, .number($0)) }
          }
        )
      ),
    ]
    result[DetectionReducer.label] = item.row.isHallucinated.map { .bool($0) }
    return result
  }

  /// One minus the probability of the least likely token.
  private static func uncertainty(_ record: ResponseRecord) -> Double {
    1 - exponential(Double(record.logProbabilities.min() ?? 0))
  }

  /// A row with its passages and parsed response.
  private struct Item {
    let row: DetectRow
    let prompt: String
    let passages: [(id: String, text: String)]
    let parsed: ParsedResponse

    init(_ row: DetectRow, store: KnowledgeStore?) throws {
      self.row = row
      prompt = row.prompt?.plainText ?? ""
      if let given = row.passages {
        passages = given.enumerated().map { ($1.id ?? "\($0 + 1)", $1.text) }
      } else {
        let found = try store?.search(prompt + " " + row.response, topK: 5) ?? []
        passages = found.map { ($0.passage.id, $0.passage.text) }
      }
      parsed = ResponseParser.parse(
        row.response,
        isComplete: true,
        refusal: Question.defaultRefusal
      )
    }

    var record: ResponseRecord {
      ResponseRecord(
        passages: passages.map(\.text),
        response: row.response,
        statements: parsed.statements.map {
          ResponseRecord.Statement(text: $0.text, citations: $0.citations, range: $0.range)
        }
      )
    }

    func claims(verifier: ClaimVerifier?) -> [JSONValue] {
      let scalars = Array(row.response.unicodeScalars)
      return parsed.statements.map { statement in
        let result = verifier?.verify(statement.text, passages: passages.map(\.text))
        let source = result?.index.map { passages[$0].id }
        return [
          "text": .string(statement.text),
          "start": .integer(min(statement.range.lowerBound, scalars.count)),
          "end": .integer(min(statement.range.upperBound, scalars.count)),
          "verdict": .string(result?.verdict.rawValue ?? ClaimVerdict.unverifiable.rawValue),
          "score": .number(result.map { 1 - $0.probability } ?? 1),
          "sources": .array(
            result?.verdict == .supported ? source.map { [.string($0)] } ?? [] : []
          ),
        ]
      }
    }
  }
}

/// Passes rows on and sums up those with a label.
private struct DetectionReducer: RowReducer {
  /// The field of a record that the output does not have.
  static let label = "label"

  let threshold: Double
  private var scores: [Double] = []
  private var labels: [Bool] = []

  init(threshold: Double) { self.threshold = threshold }

  mutating func add(_ record: JSONObject) -> JSONValue? {
    if let label = record[Self.label]?.boolValue {
      labels.append(label)
      scores.append(record["score"]?.doubleValue ?? .nan)
    }
    return .object(record.removing(Self.label))
  }

  func finish() -> ReducedRows {
    guard !labels.isEmpty else { return ReducedRows() }
    let point = ROC.point(scores: scores, labels: labels, threshold: threshold)
    func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    let summary: JSONValue = [
      "rows": .integer(labels.count), "threshold": .number(threshold),
      "auroc": optional(ROC.auroc(scores: scores, labels: labels)),
      "auprc": optional(ROC.auprc(scores: scores, labels: labels)),
      "recall": .number(point.recall), "fpr": .number(point.falsePositiveRate),
      "ece": optional(Calibration.debiasedECE(confidences: scores, outcomes: labels)),
    ]
    return ReducedRows(rows: [["summary": summary]])
  }
}
