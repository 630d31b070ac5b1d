/// How a gate compares.
public enum GateOperator: String, Sendable, CaseIterable {
  /// The value must be at least the threshold.
  case atLeast = ">="
  /// The value must be at most the threshold.
  case atMost = "<="
  /// The value must be strictly below the threshold.
  case below = "<"

  /// Whether a value meets a threshold; never for NaN.
  public func holds(_ value: Double, _ threshold: Double) -> Bool {
    switch self {
    case .atLeast: value >= threshold
    case .atMost: value <= threshold
    case .below: value < threshold
    }
  }

  /// The sign as printed for people.
  public var symbol: String {
    switch self {
    case .atLeast: "≥"
    case .atMost: "≤"
    case .below: "<"
    }
  }

  /// Whether low values are good, so that the upper bound decides.
  public var wantsLow: Bool { self != .atLeast }
}

/// Which side of the uncertainty decides a gate in bound mode.
public enum GateEvidence: String, Sendable {
  /// The value must be shown to meet the threshold: the unfavourable bound must meet it.
  case proven
  /// The value must not be shown to miss the threshold: the favourable bound must meet it.
  case notRefuted
}

/// How a gate treats uncertainty.
public enum GateMode: String, Sendable, CaseIterable {
  /// The one-sided 95 % bound decides.
  case bound
  /// The estimate decides.
  case point
}

/// The outcome of a gate.
public enum GateVerdict: String, Sendable, CaseIterable {
  /// The threshold is met.
  case pass = "PASS"
  /// The threshold is missed.
  case fail = "FAIL"
  /// The estimate meets the threshold, the bound does not: more items are needed.
  case insufficient = "INSUFFICIENT"
  /// There is no finite value.
  case notMeasured = "NOT MEASURED"
}

/// One quality gate: a metric, a comparison and a threshold.
public struct Gate: Sendable, Equatable {
  /// Metric name, snake_case.
  public var name: String
  /// Stage that decides it: `sft`, `collect`, `cite`, `detect`, `optimize`, `iterate`, `evaluate`.
  public var stage: String
  /// How value and threshold compare.
  public var `operator`: GateOperator
  /// The threshold, in the metric's unit.
  public var threshold: Double
  /// Whether a verdict other than PASS stops a strict run; otherwise it is only reported.
  public var isGating: Bool
  /// Which bound decides in bound mode.
  public var evidence: GateEvidence

  /// Creates a gate.
  public init(
    _ name: String,
    stage: String,
    _ operator: GateOperator,
    _ threshold: Double,
    isGating: Bool = true,
    evidence: GateEvidence = .proven
  ) {
    precondition(threshold.isFinite, "threshold \(threshold) of gate \(name) is not finite")
    self.name = name
    self.stage = stage
    self.operator = `operator`
    self.threshold = threshold
    self.isGating = isGating
    self.evidence = evidence
  }

  /// The same gate decided in another stage.
  public func at(stage: String, isGating: Bool? = nil) -> Gate {
    var gate = self
    gate.stage = stage
    gate.isGating = isGating ?? self.isGating
    return gate
  }

  /// Decides the gate; a missing or non-finite value is NOT MEASURED, never a pass.
  public func decide(_ value: MetricValue?, mode: GateMode = .bound) -> GateResult {
    guard let value, value.estimate.isFinite, value.n > 0 else {
      return GateResult(
        gate: self,
        mode: mode,
        value: value,
        bound: .nan,
        verdict: .notMeasured,
        itemsNeeded: nil
      )
    }
    let bound = value.bound(upper: `operator`.wantsLow == (evidence == .proven))
    let verdict = verdict(estimate: value.estimate, bound: bound, mode: mode)
    return GateResult(
      gate: self,
      mode: mode,
      value: value,
      bound: bound,
      verdict: verdict,
      itemsNeeded: verdict == .insufficient ? itemsNeeded(value, bound: bound) : nil
    )
  }

  private func verdict(estimate: Double, bound: Double, mode: GateMode) -> GateVerdict {
    let estimatePasses = `operator`.holds(estimate, threshold)
    switch mode {
    case .point: return estimatePasses ? .pass : .fail
    case .bound:
      if bound.isFinite && `operator`.holds(bound, threshold) { return .pass }
      return estimatePasses ? .insufficient : .fail
    }
  }

  /// Items to add so that the same estimate would pass; `nil` when no number would do.
  private func itemsNeeded(_ value: MetricValue, bound: Double) -> Int? {
    guard let total = totalItems(value, bound: bound) else { return nil }
    return max(1, total - value.n)
  }

  private func totalItems(_ value: MetricValue, bound: Double) -> Int? {
    let supplied = `operator`.wantsLow ? value.upperBound : value.lowerBound
    if supplied == nil, value.successes != nil {
      return `operator`.wantsLow
        ? SampleSize.toCertify(rate: value.estimate, below: threshold)
        : SampleSize.toCertify(rate: 1 - value.estimate, below: 1 - threshold)
    }
    // Bounds of means approach the estimate like 1/√n.
    let (room, reach) = (abs(threshold - value.estimate), abs(bound - value.estimate))
    guard room > 0, reach.isFinite else { return nil }
    let total = (Double(value.n) * (reach / room) * (reach / room)).rounded(.up)
    return total < 1e9 ? Int(total) : nil
  }
}
