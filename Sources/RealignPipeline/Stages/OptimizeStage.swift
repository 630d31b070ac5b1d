import RealignEvaluation
import RealignModels
import RealignText

/// Stage 5: claim-masked preference optimisation from the citation model against itself, within a
/// KL budget.
struct OptimizeStage: Stage {
  let name = StageName.optimize
  let summary = "preference optimisation"

  func run(_ context: StageContext) throws -> StageResult {
    let reference = try context.model(after: .cite)
    let prompts = try context.trainingPrompts(context.trainingParts.preferences, variant: 9)
    let pairs = try OnPolicyPairs(context: context).build(
      text: reference,
      prompts: prompts,
      name: "optimize",
      task: "stage 5: sampling"
    )
    let extra = try CorruptionPairs(context: context).rows()
    let trainer = PreferenceRound(context: context, stage: name)
    var round = try trainer.run(
      policy: reference,
      reference: reference.model,
      pairs: pairs.map(\.row) + extra,
      adjustment: Adjustment()
    )
    let keepsBest = context.configuration.optimize.keepBest == .budget
    if keepsBest, try isWorse(context, round.model, than: reference) {
      context.progress.warn("stage 5: not better on the selection half; back to the start")
      round.model = reference
      round.interpolation = 0
    }
    try context.keep(round.model, of: name)
    return try measure(context, round, reference: reference, pairCount: pairs.count)
  }

  /// Whether a model hallucinates more than another on the selection half of the development
  /// questions; the verdict uses the other half.
  private func isWorse(
    _ context: StageContext,
    _ candidate: TextModel,
    than start: TextModel
  ) throws -> Bool {
    let prompts = try context.prompts(context.developmentHalves.selection)
    let before = try context.measure(start, prompts, task: "stage 5: selection, before")
    let after = try context.measure(candidate, prompts, task: "stage 5: selection, after")
    return after.hallucinated.count { $0 } > before.hallucinated.count { $0 }
  }

  private func measure(
    _ context: StageContext,
    _ round: PreferenceRound.Outcome,
    reference: TextModel,
    pairCount: Int
  ) throws -> StageResult {
    let text = try context.model(after: name)
    let prompts = try context.prompts(context.developmentHalves.verdict)
    let before = try context.measure(reference, prompts, task: "stage 5: before")
    let after = try context.measure(text, prompts, task: "stage 5: after")
    let change = RateChange(before: before, after: after, context: context)
    try context.write(rows: round.ledger, "kl-ledger.jsonl")
    try context.write(rows: after.rows, "responses.jsonl")
    let reading = try context.klMeter(prompts, seedName: 5)
      .measure(policy: text, reference: reference.model)
    let rates = (
      before["hallucination_rate"]?.estimate ?? 0, after["hallucination_rate"]?.estimate ?? 0
    )
    let bound = DataProcessingBound.minimumDivergence(before: rates.0, after: rates.1)
    let figures: JSONObject = [
      "pairs_on_policy": .number(Double(pairCount)), "attempts": .array(round.attempts),
      "before": before.json, "after": after.json, "change": change.json,
      "kl": reading.json(
        step: round.steps,
        extra: [
          ("lower_bound_per_sequence", .number(bound)),
          (
            "efficiency",
            .number(reading.perSequence > 0 ? bound / reading.perSequence : 0)
          ), ("interpolation", .number(round.interpolation)),
        ]
      ),
      "refusal_margin_auroc": [
        "before": AbstentionMargin.auroc(before.answers, text: reference).map { .number($0) }
          ?? .null,
        "after": AbstentionMargin.auroc(after.answers, text: text).map { .number($0) } ?? .null,
      ],
      "ledger": .array(round.ledger),
    ]
    return StageResult(
      gates: [
        context.decide("kl_per_token", at: name, reading.perToken),
        change.gate(stage: name, limit: context.threshold("hallucination_rate")),
        context.decide("citation_accuracy", at: name, after["citation_accuracy"]),
      ],
      figures: figures
    )
  }
}

/// The paired change of the hallucination rate between two models on the same prompts.
struct RateChange {
  let before: Measurement
  let after: Measurement
  let difference: BootstrapEstimate
  let test: McNemar

  init(before: Measurement, after: Measurement, context: StageContext) {
    self.before = before
    self.after = after
    difference = context.bootstrap("rate-change").pairedDifference(
      after: after.hallucinated.map { $0 ? 1 : 0 },
      before: before.hallucinated.map { $0 ? 1 : 0 },
      clusters: after.answers.map(\.grounded.question.group)
    )
    test = McNemar(
      before: before.hallucinated.map { !$0 },
      after: after.hallucinated.map { !$0 }
    )
  }

  var json: JSONValue {
    [
      "difference": .number(difference.interval.estimate),
      "low": .number(difference.interval.low), "high": .number(difference.interval.high),
      "fixed": .number(Double(test.fixed)), "broken": .number(Double(test.broken)),
      "p_value": .number(test.pValue),
      "fixed_items": .array(items { $0 && !$1 }), "broken_items": .array(items { !$0 && $1 }),
    ]
  }

  private func items(_ select: (Bool, Bool) -> Bool) -> [JSONValue] {
    zip(zip(before.hallucinated, after.hallucinated), after.answers)
      .filter { select($0.0.0, $0.0.1) }.prefix(200)
      .map { .string($0.1.grounded.question.id) }
  }

  /// Lower than before.
  ///
  /// Where both rates are certified under the threshold there may be nothing left to lower; then it
  /// must only not be significantly higher.
  func gate(stage: StageName, limit: Double) -> GateResult {
    let isCertified = [before, after].allSatisfy {
      ($0["hallucination_rate"]?.bound(upper: true) ?? 1) < limit
    }
    return Gate(
      "hallucination_change",
      stage: stage.rawValue,
      .atMost,
      0,
      evidence: isCertified ? .notRefuted : .proven
    ).decide(.bootstrap(difference), mode: .bound)
  }
}
