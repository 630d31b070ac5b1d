import RealignText

/// A decided gate with everything that was compared.
public struct GateResult: Sendable, Equatable {
  /// The gate.
  public var gate: Gate
  /// How uncertainty was treated.
  public var mode: GateMode
  /// What was measured, if anything.
  public var value: MetricValue?
  /// The one-sided bound on the side that matters; NaN when there is none.
  public var bound: Double
  /// The outcome.
  public var verdict: GateVerdict
  /// For INSUFFICIENT: items to add so that the same estimate would pass, if any number would.
  public var itemsNeeded: Int?

  /// Creates a result.
  public init(
    gate: Gate,
    mode: GateMode,
    value: MetricValue?,
    bound: Double,
    verdict: GateVerdict,
    itemsNeeded: Int?
  ) {
    self.gate = gate
    self.mode = mode
    self.value = value
    self.bound = bound
    self.verdict = verdict
    self.itemsNeeded = itemsNeeded
  }

  /// Whether a strict run must stop here.
  public var blocks: Bool { gate.isGating && verdict != .pass }

  /// One sentence on why the gate did not pass; `nil` when it did.
  public var reason: String? {
    let limit = "\(gate.operator.symbol) \(GateTable.number(gate.threshold))"
    switch verdict {
    case .pass: return nil
    case .notMeasured:
      guard let value else { return "no value was measured" }
      return value.n > 0 ? "the value is not a finite number" : "no items were measured"
    case .fail:
      let estimate = GateTable.number(value?.estimate ?? .nan)
      return "the estimate \(estimate) does not meet \(limit)"
    case .insufficient:
      guard bound.isFinite else { return "the estimate meets \(limit) but has no finite bound" }
      let start = "the estimate meets \(limit), its bound \(GateTable.number(bound)) does not"
      guard let itemsNeeded else { return start + "; the estimate is too close to the threshold" }
      return start + "; needs about \(itemsNeeded) more items at this estimate"
    }
  }

  /// The object written to `gates.json`; numbers that are not finite become null.
  public var json: JSONValue {
    let value = value ?? MetricValue(estimate: .nan, low: .nan, high: .nan, n: 0)
    var object = JSONObject([
      "name": .string(gate.name),
      "operator": .string(gate.operator.rawValue),
      "threshold": .number(gate.threshold),
      "estimate": MetricValue.json(value.estimate),
      "bound": MetricValue.json(bound),
      "low": MetricValue.json(value.low),
      "high": MetricValue.json(value.high),
      "n": .integer(value.n),
      "verdict": .string(verdict.rawValue),
      "stage": .string(gate.stage),
      "gating": .bool(gate.isGating),
      "mode": .string(mode.rawValue),
    ])
    if let reason { object["reason"] = .string(reason) }
    if let itemsNeeded { object["items_needed"] = .integer(itemsNeeded) }
    return .object(object)
  }
}
