import RealignEvaluation
import RealignKnowledge
import RealignModels
import RealignText

/// Stage 7: the untouched test set, paired with the baseline, all gates, the decision.
struct EvaluateStage: Stage {
  let name = StageName.evaluate
  let summary = "final evaluation"

  func run(_ context: StageContext) throws -> StageResult {
    let final = try context.model(after: .iterate)
    let baseline = try context.model(after: .sft)
    let prompts = try context.prompts(context.data.test)
    let measured = try context.measure(final, prompts, task: "stage 7: test set")
    let before = try context.measure(baseline, prompts, task: "stage 7: baseline")
    let change = RateChange(before: before, after: measured, context: context)
    let meter = context.klMeter(prompts, seedName: 7)
    let reading = try meter.measure(
      policy: final,
      reference: try context.model(after: .cite).model
    )
    let drift = try meter.measure(policy: final, reference: baseline.model)
    let retention = try retention(context, baseline: baseline, final: final)
    var metrics = measured.dictionary
    metrics["kl_per_token"] = reading.perToken
    metrics["capability_retention"] = MetricValue.retention(retention)
    metrics["capability_worst"] = MetricValue.worstRetention(retention)
    metrics["detector_fpr"] = try detectorRate(context)
    let gates = Gates.decide(
      Gates.final(context.gateProfile),
      metrics: metrics,
      mode: context.gateMode
    )
    var figures: JSONObject = [
      "metrics": .object(
        JSONObject(pairs: metrics.keys.sorted().map { ($0, metrics[$0]?.json ?? .null) })
      ),
      "baseline": before.json, "change": change.json,
      "kl": reading.json(step: 0), "kl_to_baseline": drift.json(step: 0),
      "retention": retentionJSON(retention),
    ]
    try addFurther(context, final, baseline, prompts, measured, before, to: &figures)
    try context.write(rows: measured.rows, "responses.jsonl")
    try context.write(rows: before.rows, "baseline-responses.jsonl")
    let decision = Decision(gates: gates, figures: figures)
    figures["decision"] = decision.json
    figures["examples"] = .array(Examples.pick(before: before, after: measured))
    return StageResult(gates: gates, figures: figures)
  }

  /// Sampled decoding, the transfer set, controls and untrained rules.
  private func addFurther(
    _ context: StageContext,
    _ final: TextModel,
    _ baseline: TextModel,
    _ prompts: [GroundedQuestion],
    _ measured: Measurement,
    _ before: Measurement,
    to figures: inout JSONObject
  ) throws {
    let sampled = Measurement(
      try context.responder(final).answer(prompts, temperature: 1, seed: context.seed)
    )
    figures["temperature_1"] = sampled.json
    figures["refusal_margin_auroc"] = [
      "baseline": AbstentionMargin.auroc(before.answers, text: baseline).map { .number($0) }
        ?? .null,
      "final": AbstentionMargin.auroc(measured.answers, text: final).map { .number($0) } ?? .null,
    ]
    if !context.data.transfer.isEmpty {
      let transfer = try context.prompts(context.data.transfer)
      figures["transfer"] = [
        "final": try context.measure(final, transfer, task: "stage 7: transfer set").json,
        "baseline": try context.measure(baseline, transfer, task: "stage 7: transfer, baseline")
          .json,
      ]
    }
    let controls = Controls(context: context, text: final, prompts: prompts)
    figures["controls"] = .object(JSONObject(pairs: try controls.run()))
    let development = try context.measure(
      baseline,
      try context.prompts(context.data.development),
      task: "stage 7: rules"
    )
    let limit = context.threshold("over_refusal")
    figures["untrained_rules"] = [
      "decline_when_improbable": Controls.thresholdRule(
        development: development.answers,
        test: before.answers,
        limit: limit,
        score: \.confidence
      ),
      "decline_when_retrieval_is_weak": Controls.thresholdRule(
        development: development.answers,
        test: before.answers,
        limit: limit
      ) { answer in retrievalScore(answer, context) },
    ]
    figures["always_refuse"] = .object(
      JSONObject(
        pairs: Controls.policy(prompts) { " " + $0.question.refusal }.values
          .map { (key: $0.name, value: $0.value.json) }
      )
    )
  }

  private func retrievalScore(_ answer: Answered, _ context: StageContext) -> Double {
    (try? context.store.search(answer.grounded.question.text, topK: 1).first?.score) ?? 0
  }

  private func retention(
    _ context: StageContext,
    baseline: TextModel,
    final: TextModel
  ) throws -> NonInferiority {
    let meter = CapabilityMeter(
      suites: context.data.suites,
      batchSize: context.configuration.evaluate.batchSize
    )
    context.progress.begin("stage 7: capabilities", total: nil)
    let before = try meter.measure(baseline)
    let after = try meter.measure(final)
    context.progress.end(nil)
    return NonInferiority(
      meter.paired(baseline: before, final: after),
      bootstrap: context.bootstrap("retention")
    )
  }

  private func retentionJSON(_ result: NonInferiority) -> JSONValue {
    .array(
      result.benchmarks.map {
        [
          "name": .string($0.name), "baseline": .number($0.baseline), "final": .number($0.final),
          "retention": .number($0.estimate.interval.estimate),
          "low": .number($0.estimate.interval.low), "high": .number($0.estimate.interval.high),
        ]
      } + result.unmeasurable.map { ["name": .string($0), "retention": .null] }
    )
  }

  /// The detector's false-positive rate as stage 4 counted it.
  private func detectorRate(_ context: StageContext) throws -> MetricValue? {
    let figures = try context.figures(of: .detect)
    guard let rate = figures["false_positive_rate"]?.doubleValue, rate.isFinite,
      let negatives = figures["negatives"]?.intValue, negatives > 0,
      figures["threshold"]?.doubleValue != nil
    else { return nil }
    return .rate(successes: Int((rate * Double(negatives)).rounded()), of: negatives)
  }
}
