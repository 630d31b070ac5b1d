import RealignText

/// A decided gate as a run's files hold it.
struct GateRecord: Equatable {
  /// The object as written.
  let json: JSONValue

  /// The gates of a list; anything else in it is left out.
  static func list(_ value: JSONValue) -> [GateRecord] {
    (value.arrayValue ?? []).filter { $0["name"]?.stringValue != nil }.map(GateRecord.init)
  }

  var name: String { json["name"]?.stringValue ?? "" }
  var stage: String { json["stage"]?.stringValue ?? "" }
  var verdict: String { json["verdict"]?.stringValue ?? "" }
  var threshold: Double? { json["threshold"]?.doubleValue }
  var bound: Double? { json["bound"]?.doubleValue }
  var reason: String? { json["reason"]?.stringValue }
  /// What was measured; nil when nothing finite was.
  var value: MeasuredValue? { MeasuredValue(json) }
  /// Whether a verdict other than PASS stops a strict run.
  var isGating: Bool { json["gating"]?.boolValue ?? true }
  var isPassed: Bool { verdict == "PASS" }
  /// Whether it stands in the way.
  var isBlocking: Bool { isGating && !isPassed }
  /// Whether the estimate alone was compared.
  var isDecidedByEstimate: Bool { json["mode"]?.stringValue == "point" }
  /// The comparison as a person writes it.
  var comparison: String {
    switch json["operator"]?.stringValue {
    case ">=": "≥"
    case "<=": "≤"
    case let sign: sign ?? ""
    }
  }

  /// Whether a bare number meets the threshold; nil where the record lacks one.
  func isMet(by estimate: Double) -> Bool? {
    guard let threshold else { return nil }
    switch json["operator"]?.stringValue {
    case ">=": return estimate >= threshold
    case "<=": return estimate <= threshold
    case "<": return estimate < threshold
    default: return nil
    }
  }
}

/// An estimate with its interval and number of items, as a run's files hold it.
struct MeasuredValue: Equatable {
  var estimate: Double
  var low: Double?
  var high: Double?
  var n: Int?

  /// A known value.
  init(estimate: Double, low: Double? = nil, high: Double? = nil, n: Int? = nil) {
    self.estimate = estimate
    self.low = low
    self.high = high
    self.n = n
  }

  /// Reads `estimate`, `low`, `high`, `n`; nil without a finite estimate.
  init?(_ json: JSONValue?) {
    guard let estimate = json?["estimate"]?.doubleValue, estimate.isFinite else { return nil }
    self.init(
      estimate: estimate,
      low: json?["low"]?.doubleValue,
      high: json?["high"]?.doubleValue,
      n: json?["n"]?.intValue
    )
  }
}
