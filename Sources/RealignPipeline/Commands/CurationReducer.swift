import RealignData
import RealignEvaluation
import RealignText

/// Pairs, claims and their report from the records of all questions.
struct CurationReducer: RowReducer {
  private let configuration: RunConfiguration
  private var summary = CollectionSummary()
  private var claims: [JSONValue] = []
  private var sampled: [CollectedPair] = []
  private var corrupted: [CollectedPair] = []

  /// A pair with what is counted of it.
  private struct CollectedPair {
    let row: JSONObject
    let name: String
    let citations: (right: Int, count: Int)
  }

  init(configuration: RunConfiguration) { self.configuration = configuration }

  mutating func add(_ record: JSONObject) throws -> JSONValue? {
    guard let found = record["claims"]?.arrayValue,
      let isAnswerable = record["answerable"]?.boolValue,
      let isRetrieved = record["retrieved"]?.boolValue
    else { throw Self.error(.object(record)) }
    claims += found
    summary.add(isAnswerable: isAnswerable, isRetrieved: isRetrieved)
    if let pair = record["sampled"] { sampled.append(try Self.pair(pair)) }
    if let pair = record["corrupted"] { corrupted.append(try Self.pair(pair)) }
    return nil
  }

  private static func pair(_ json: JSONValue) throws -> CollectedPair {
    guard let row = json["pair"]?.objectValue, let name = json["class"]?.stringValue,
      let count = json["citations"]?.intValue, let right = json["right_citations"]?.intValue,
      (0...count).contains(right), count < 1 << 31
    else { throw error(json) }
    return CollectedPair(row: row, name: name, citations: (right, count))
  }

  private static func error(_ found: JSONValue) -> InputError {
    InputError(
      .badData,
      "not the record of a question",
      found: found.serialized(),
      expected: "claims and pairs"
    )
  }

  func finish() throws -> ReducedRows {
    let pairs = Collector.balanced(
      sampled + corrupted,
      limit: configuration.collect.maxPairs,
      seed: configuration.seed
    ) { $0.name.replacing(":", with: "") }
    var summary = summary
    summary.claims = claims.count
    for pair in pairs { summary.add(class: pair.name, citations: pair.citations) }
    let validation = try DataValidation().run(rows: pairs.map(\.row), kind: .preference)
    let gates = summary.gates(
      profile: configuration.gates.profile,
      mode: configuration.gates.mode,
      validation: validation
    )
    var report = summary.figures(leaked: nil, validation: validation)
    report["gates"] = .array(gates.map(\.json))
    let table = GateTable.text(gates).split(separator: "\n").map(String.init)
    return ReducedRows(
      rows: pairs.map { .object($0.row) },
      companions: [
        (ending: ".claims.jsonl", rows: claims),
        (ending: ".report.jsonl", rows: [.object(report)]),
      ],
      report: (
        json: .object(report),
        lines: ["\(summary.pairs) pairs, \(summary.claims) claims"] + table
      ),
      outcome: gates.contains(where: \.blocks) ? .notPassed : .passed
    )
  }
}
