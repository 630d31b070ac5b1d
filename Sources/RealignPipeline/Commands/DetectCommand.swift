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
    /// Knowledge base to search for rows without passages.
    public var knowledge: String?
    /// Detector directory of a run; nil scores by the model's own uncertainty.
    public var detector: String?
    /// JSON Lines files of rows, in order.
    public var data: [String]

    /// Creates options.
    public init(
      model: String,
      adapter: String?,
      knowledge: String?,
      detector: String?,
      data: [String]
    ) {
      self.model = model
      self.adapter = adapter
      self.knowledge = knowledge
      self.detector = detector
      self.data = data
    }
  }

  /// Prints one object per row and, with labels, a summary.
  public static func run(_ options: Options, context: CommandContext) throws {
    context.configureThreads()
    let text = try ModelReference.load(options.model, adapter: options.adapter, context: context)
      .framed()
    let store = try options.knowledge.map { try KnowledgeStore(open: $0) }
    let fitted = try options.detector.map { try DetectorFile.load($0) }
    let rows = try options.data.flatMap { try DetectRow.read($0) }
    let items = try rows.map { try Item($0, store: store, text: text) }
    let states = DetectionData.hiddenStates(
      items.map { ($0.prompt, $0.row.response) },
      text: text
    )
    var scores: [Double] = []
    let members: [any Detector] = fitted?.detector.members ?? [GreatestSurprise(), MeanSurprise()]
    let threshold = fitted?.detector.threshold ?? uncertaintyThreshold
    for (index, item) in items.enumerated() {
      var record = item.record
      record.hiddenState = states[index].hidden
      record.logProbabilities = states[index].logProbabilities
      record.entropies = states[index].entropies
      // Without samples self-consistency cannot be judged; the response agrees with itself.
      record.samples = [item.row.response]
      let score = fitted?.detector.score(record) ?? uncertainty(record)
      scores.append(score)
      try context.output.row([
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
      ])
    }
    if let summary = summary(rows, scores: scores, threshold: threshold) {
      try context.output.row(["summary": summary])
    }
  }

  /// One minus the probability of the least likely token.
  private static func uncertainty(_ record: ResponseRecord) -> Double {
    1 - exponential(Double(record.logProbabilities.min() ?? 0))
  }

  private static let uncertaintyThreshold = 0.5

  private static func summary(
    _ rows: [DetectRow],
    scores: [Double],
    threshold: Double
  ) -> JSONValue? {
    let labelled = zip(rows, scores).compactMap { row, score in
      row.isHallucinated.map { (score, $0) }
    }
    guard !labelled.isEmpty else { return nil }
    let values = labelled.map(\.0)
    let labels = labelled.map(\.1)
    let point = ROC.point(scores: values, labels: labels, threshold: threshold)
    func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "rows": .integer(labelled.count), "threshold": .number(threshold),
      "auroc": optional(ROC.auroc(scores: values, labels: labels)),
      "auprc": optional(ROC.auprc(scores: values, labels: labels)),
      "recall": .number(point.recall), "fpr": .number(point.falsePositiveRate),
      "ece": optional(Calibration.debiasedECE(confidences: values, outcomes: labels)),
    ]
  }

  /// A row with its passages and parsed response.
  private struct Item {
    let row: DetectRow
    let prompt: String
    let passages: [(id: String, text: String)]
    let parsed: ParsedResponse

    init(_ row: DetectRow, store: KnowledgeStore?, text: TextModel) throws {
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
