import RealignData
import RealignEvaluation
import RealignModels
import RealignText

/// Stage 6: finds what the model still gets wrong, adds targeted pairs, retrains, compares paired,
/// and keeps the better of the two.
struct IterateStage: Stage {
  let name = StageName.iterate
  let summary = "targeted rounds"

  /// What became of a round.
  enum Decision: String {
    /// Significantly better: goes on from the new model.
    case improving
    /// Within the tolerance: no further round, or a bolder one while the rate is above its gate.
    case stable
    /// Significantly worse, or a capability lost: back to the last good model.
    case degrading
    /// Nothing to correct.
    case converged
  }

  func run(_ context: StageContext) throws -> StageResult {
    let start = try context.model(after: .optimize)
    let prompts = try context.prompts(context.data.development)
    var best = start
    var bestMeasured = try context.measure(best, prompts, task: "stage 6: before")
    let entered = bestMeasured
    let meter = CapabilityMeter(
      suites: context.data.suites,
      batchSize: context.configuration.evaluate.batchSize
    )
    let capability = try meter.measure(best)
    var adjustment = Adjustment()
    var log: [JSONValue] = []
    for round in 0..<context.configuration.iterate.maxIterations {
      let pairs = try targetedPairs(context, best, round: round)
      let clusters = Self.clusters(pairs)
      let isCertified =
        (bestMeasured["hallucination_rate"]?.bound(upper: true) ?? 1)
        < context.threshold("hallucination_rate") / 2
      guard pairs.count >= 8, !isCertified else {
        log.append(entry(round, .converged, clusters: clusters, adjustment, extra: []))
        break
      }
      let result = try PreferenceRound(
        context: context,
        stage: name,
        label: "round-\(round)"
      ).run(
        policy: best,
        reference: best.model,
        pairs: pairs.map(\.row),
        adjustment: adjustment
      )
      let measured = try context.measure(
        result.model,
        prompts,
        task: "stage 6: round \(round + 1)"
      )
      let change = RateChange(before: bestMeasured, after: measured, context: context)
      let lost = try lostCapability(context, meter, capability, result.model)
      let decision = decide(change, lost: lost != nil, context)
      log.append(
        entry(
          round,
          decision,
          clusters: clusters,
          adjustment,
          extra: [
            ("change", change.json), ("lost_capability", lost.map { .string($0) } ?? .null),
            ("after", measured.json),
          ]
        )
      )
      context.progress.note("stage 6: round \(round + 1) is \(decision.rawValue)")
      if decision == .improving {
        best = result.model
        bestMeasured = measured
      } else if decision == .degrading {
        adjustment = lost != nil ? adjustment.afterLoss() : adjustment.afterDrift()
      } else {
        if change.difference.interval.estimate < 0, lost == nil {
          best = result.model
          bestMeasured = measured
        }
        // Stable is the end only where there is nothing left to gain.
        let bound = bestMeasured["hallucination_rate"]?.bound(upper: true) ?? 1
        if bound < context.threshold("hallucination_rate") { break }
        adjustment = adjustment.afterStall()
      }
    }
    try context.write(rows: log, "iterations.jsonl")
    try context.keep(best, of: name)
    let change = RateChange(before: entered, after: bestMeasured, context: context)
    return StageResult(
      gates: [
        Gate("iteration_not_degrading", stage: name.rawValue, .atMost, 0, evidence: .notRefuted)
          .decide(.bootstrap(change.difference), mode: .bound)
      ],
      figures: ["rounds": .array(log), "after": bestMeasured.json, "change": change.json]
    )
  }

  /// Pairs from fresh training prompts, where the model errs now.
  private func targetedPairs(
    _ context: StageContext,
    _ text: TextModel,
    round: Int
  ) throws -> [Pair] {
    let prompts = try context.trainingPrompts(
      context.trainingParts.preferences,
      variant: 20 + round
    )
    let pairs = try OnPolicyPairs(context: context).build(
      text: text,
      prompts: prompts,
      name: "round-\(round)",
      task: "stage 6: sampling for round \(round + 1)"
    )
    let limit = context.configuration.iterate.pairsPerCluster
    var counts: [PairClass: Int] = [:]
    return pairs.filter { pair in
      counts[pair.kind, default: 0] += 1
      return counts[pair.kind, default: 0] <= limit
    }
  }

  static func clusters(_ pairs: [Pair]) -> [(key: String, value: JSONValue)] {
    PairClass.allCases.map { kind in
      (kind.rawValue, .number(Double(pairs.count { $0.kind == kind })))
    }
  }

  private func decide(
    _ change: RateChange,
    lost: Bool,
    _ context: StageContext
  ) -> Decision {
    let tolerance = context.configuration.iterate.tolerance
    if lost || change.difference.lowerBound > 0 { return .degrading }
    if change.difference.interval.estimate > tolerance { return .degrading }
    return change.difference.upperBound < 0 ? .improving : .stable
  }

  /// The name of a benchmark that is significantly down, or nil.
  private func lostCapability(
    _ context: StageContext,
    _ meter: CapabilityMeter,
    _ before: [[Bool]],
    _ text: TextModel
  ) throws -> String? {
    let result = NonInferiority(
      meter.paired(baseline: before, final: try meter.measure(text)),
      bootstrap: context.bootstrap("iterate-capability")
    )
    return result.benchmarks.first { $0.isSignificantlyBelow(0.95) }?.name
  }

  private func entry(
    _ round: Int,
    _ decision: Decision,
    clusters: [(key: String, value: JSONValue)],
    _ adjustment: Adjustment,
    extra: [(key: String, value: JSONValue)]
  ) -> JSONValue {
    .object(
      JSONObject(
        pairs: [
          (key: "round", value: JSONValue.number(Double(round + 1))),
          (key: "decision", value: .string(decision.rawValue)),
          (key: "clusters", value: .object(JSONObject(pairs: clusters))),
          (key: "adjustment", value: adjustment.json),
        ] + extra
      )
    )
  }
}
