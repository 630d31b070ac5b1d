import RealignData
import RealignEvaluation
import RealignModels
import RealignText
import RealignTraining

/// Stage 1: fine-tunes on instruction rows, or accepts the model as it is, and measures every
/// baseline.
struct SFTStage: Stage {
  let name = StageName.sft
  let summary = "instruction fine-tuning and baselines"

  func run(_ context: StageContext) throws -> StageResult {
    let base = try context.loadBase()
    var text = base.with(base.model.duplicate())
    let heldOut = heldOutRows(context, text)
    let before = try SupervisedObjective(rows: [], heldOut: heldOut).evaluate(base.model)
    if !context.configuration.sft.skip, !context.data.instructions.isEmpty {
      try train(context, &text, heldOut: heldOut)
    }
    try context.keep(text, of: name)
    let tuned = try context.model(after: name)
    let after = try SupervisedObjective(rows: [], heldOut: heldOut).evaluate(tuned.model)
    return try measure(context, tuned, lossBefore: before["eval_loss"], after: after, heldOut)
  }

  /// Instruction rows kept from training: every tenth, as far as the configured share goes.
  private func split(
    _ context: StageContext
  ) -> (train: [InstructionRow], heldOut: [InstructionRow]) {
    let rows = context.data.instructions
    let every = max(2, Int((1 / max(context.configuration.sft.heldOutFraction, 0.01)).rounded()))
    return (
      rows.indices.filter { $0 % every != 0 }.map { rows[$0] },
      rows.indices.filter { $0 % every == 0 }.map { rows[$0] }
    )
  }

  private func heldOutRows(_ context: StageContext, _ text: TextModel) -> [TokenSequence] {
    let rows = TrainingRows(text: text, markerWeight: 1)
    return split(context).heldOut.prefix(600).map { rows.row($0) }
  }

  private func train(
    _ context: StageContext,
    _ text: inout TextModel,
    heldOut: [TokenSequence]
  ) throws {
    let settings = context.configuration.sft.trainer.settings(seed: context.seed)
    let rows = TrainingRows(text: text, markerWeight: 1)
    if let adapter = settings.adapter {
      try adapter.validate(for: text.model.configuration)
      text.model.adapter = Adapter(adapter, for: text.model, seed: context.seed)
    }
    let loop = context.loop(
      settings,
      task: "stage 1: fine-tuning",
      name: "training",
      digest: "sft \(settings.identity) \(context.data.instructions.count)"
    )
    _ = try loop.run(
      SupervisedObjective(rows: split(context).train.map { rows.row($0) }, heldOut: heldOut),
      model: text.model
    )
  }

  private func measure(
    _ context: StageContext,
    _ text: TextModel,
    lossBefore: Double?,
    after: MetricSums,
    _ heldOut: [TokenSequence]
  ) throws -> StageResult {
    let prompts = try context.prompts(context.data.development)
    let openBook = try context.measure(text, prompts, task: "stage 1: open-book baseline")
    let closedBook = Measurement(
      try context.responder(text).answerClosedBook(context.data.development)
    )
    let capability = try CapabilityMeter(
      suites: context.data.suites,
      batchSize: context.configuration.evaluate.batchSize
    ).measure(text)
    let lossAfter = after["eval_loss"] ?? .nan
    let bytes = bitsPerByte(text, heldOut: heldOut, loss: lossAfter)
    let suites = zip(context.data.suites, capability).map { suite, results in
      (
        key: suite.name,
        value: JSONValue.number(Double(results.count { $0 }) / Double(max(1, results.count)))
      )
    }
    let figures: JSONObject = [
      "perplexity": .number(exponential(lossAfter)), "bits_per_byte": .number(bytes),
      "held_out_loss_before": .number(lossBefore ?? .nan),
      "held_out_loss_after": .number(lossAfter),
      "capability": .object(JSONObject(pairs: suites)),
      "capability_items": .array(
        capability.map { .array($0.map { .number($0 ? 1 : 0) }) }
      ),
      "open_book": openBook.json, "closed_book": closedBook.json,
      "refusal_margin_auroc": AbstentionMargin.auroc(openBook.answers, text: text)
        .map { .number($0) } ?? .null,
    ]
    try context.write(.object(figures), "baseline.json")
    try context.write(rows: openBook.rows, "responses.jsonl")
    return StageResult(
      gates: gates(figures, lossBefore: lossBefore ?? .nan, lossAfter: lossAfter, openBook),
      figures: figures
    )
  }

  private func bitsPerByte(
    _ text: TextModel,
    heldOut: [TokenSequence],
    loss: Double
  ) -> Double {
    let bytes = heldOut.reduce(0) { sum, row in
      sum + text.tokenizer.decode(Array(row.completion), skipSpecialTokens: true).utf8.count
    }
    let tokens = heldOut.reduce(0) { $0 + $1.completion.count }
    return loss * Double(tokens) / (Double(max(1, bytes)) * logarithm(2))
  }

  private func gates(
    _ figures: JSONObject,
    lossBefore: Double,
    lossAfter: Double,
    _ openBook: Measurement
  ) -> [GateResult] {
    let needed: [Double?] = [
      figures["perplexity"]?.doubleValue, figures["bits_per_byte"]?.doubleValue,
      openBook["hallucination_rate"]?.estimate, openBook["answer_rate"]?.estimate,
      openBook["over_refusal"]?.estimate, openBook["abstention_recall"]?.estimate,
    ]
    let present = needed.count { $0?.isFinite == true }
    let recorded = Gate("baseline_recorded", stage: name.rawValue, .atLeast, 1)
      .decide(.point(Double(present) / Double(needed.count), n: needed.count), mode: .point)
    let loss = Gate("held_out_loss_ratio", stage: name.rawValue, .atMost, 1)
      .decide(.point(lossAfter / lossBefore, n: 1), mode: .point)
    return [recorded, loss]
  }
}
