import RealignEvaluation
import RealignText

/// Metrics, gates and the comparison with the baseline from the records of all items.
struct EvaluationReducer: RowReducer {
  private let configuration: RunConfiguration
  private var after: [JudgedResponse] = []
  private var before: [JudgedResponse] = []
  private var capabilities: [Capability] = []

  /// The results of one suite.
  private struct Capability {
    let number: Int
    let name: String
    let chance: Double
    var groups: [String] = []
    var after: [Bool] = []
    var before: [Bool] = []
  }

  init(configuration: RunConfiguration) { self.configuration = configuration }

  mutating func add(_ record: JSONObject) throws -> JSONValue? {
    if let judged = JudgedResponse(json: record["question"]) {
      after.append(judged)
      if let baseline = JudgedResponse(json: record["baseline"]) { before.append(baseline) }
      return nil
    }
    guard let name = record["capability"]?.stringValue, let number = record["suite"]?.intValue,
      let group = record["group"]?.stringValue, let chance = record["chance"]?.doubleValue,
      let isCorrect = record["correct"]?.boolValue
    else {
      throw InputError(
        .badData,
        "not the record of an item",
        found: JSONValue.object(record).serialized(),
        expected: "the judgement of a question or of an item of a capability"
      )
    }
    if capabilities.last?.number != number {
      capabilities.append(Capability(number: number, name: name, chance: chance))
    }
    capabilities[capabilities.count - 1].groups.append(group)
    capabilities[capabilities.count - 1].after.append(isCorrect)
    if let baseline = record["baseline"]?.boolValue {
      capabilities[capabilities.count - 1].before.append(baseline)
    }
    return nil
  }

  func finish() -> ReducedRows {
    let metrics = metrics()
    let gates = Gates.final(configuration.gates.profile)
      .filter { metrics[$0.name] != nil }
      .map { $0.decide(metrics[$0.name], mode: configuration.gates.mode) }
    let isBlocked = gates.contains(where: \.blocks)
    let result: JSONValue = [
      "metrics": .object(
        JSONObject(pairs: metrics.keys.sorted().map { ($0, metrics[$0]?.json ?? .null) })
      ),
      "gates": .array(gates.map(\.json)),
      "decision": .string(isBlocked || gates.isEmpty ? "REJECT" : "DEPLOY"),
      "comparison": comparison,
    ]
    let table = GateTable.text(gates).split(separator: "\n").map(String.init)
    return ReducedRows(
      document: result,
      report: (json: result, lines: table),
      outcome: isBlocked ? .notPassed : .passed
    )
  }

  private func metrics() -> [String: MetricValue] {
    var metrics: [String: MetricValue] = [:]
    if !after.isEmpty {
      for (name, value) in Measurement.metrics(after) { metrics[name] = value }
    }
    let paired = capabilities.filter { !$0.before.isEmpty && $0.before.count == $0.after.count }
    if hasBaseline {
      let retention = NonInferiority(
        paired.map { capability in
          PairedBenchmark(
            name: capability.name,
            chance: capability.chance,
            baseline: capability.before.map { $0 ? 1 : 0 },
            final: capability.after.map { $0 ? 1 : 0 },
            clusters: capability.groups
          )
        },
        bootstrap: ClusterBootstrap(
          seed: configuration.seed,
          name: "retention",
          resamples: configuration.evaluate.bootstrapResamples
        )
      )
      metrics["capability_retention"] = MetricValue.retention(retention)
      metrics["capability_worst"] = MetricValue.worstRetention(retention)
    }
    for capability in capabilities {
      metrics["capability/" + capability.name] = .rate(
        successes: capability.after.count { $0 },
        of: max(1, capability.after.count)
      )
    }
    return metrics
  }

  private var hasBaseline: Bool {
    !before.isEmpty || capabilities.contains { !$0.before.isEmpty }
  }

  private var comparison: JSONValue {
    guard !after.isEmpty, before.count == after.count else { return .null }
    let test = McNemar(
      before: before.map { !$0.judgement.isHallucinated },
      after: after.map { !$0.judgement.isHallucinated }
    )
    let metrics = Measurement.metrics(before)
    return [
      "fixed": .integer(test.fixed), "broken": .integer(test.broken),
      "p_value": .number(test.pValue),
      "baseline": .object(JSONObject(pairs: metrics.map { ($0.name, $0.value.json) })),
    ]
  }
}
