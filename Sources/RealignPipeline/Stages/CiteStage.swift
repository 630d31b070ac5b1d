import RealignEvaluation
import RealignModels
import RealignText
import RealignTraining

/// Stage 3: supervised training on cited answers and explicit refusals.
struct CiteStage: Stage {
  let name = StageName.cite
  let summary = "citation training"

  func run(_ context: StageContext) throws -> StageResult {
    var text = try context.model(after: .sft)
    text.model = text.model.duplicate()
    let settings = context.configuration.cite.trainer.settings(seed: context.seed)
    let rows = try CitationRows(context: context, text: text).rows(
      count: settings.maxSteps * settings.perDeviceTrainBatchSize
        * settings.gradientAccumulationSteps
    )
    if let adapter = settings.adapter {
      try adapter.validate(for: text.model.configuration)
      text.model.adapter = Adapter(adapter, for: text.model, seed: context.seed)
    }
    let loop = context.loop(
      settings,
      task: "stage 3: citation training",
      name: "training",
      digest: "cite \(settings.identity) \(rows.count)"
    )
    _ = try loop.run(SupervisedObjective(rows: rows), model: text.model)
    try context.keep(text, of: name)
    return try measure(context)
  }

  private func measure(_ context: StageContext) throws -> StageResult {
    let text = try context.model(after: name)
    let prompts = try context.prompts(context.data.development)
    let measured = try context.measure(text, prompts, task: "stage 3: development set")
    var figures: JSONObject = ["development": measured.json]
    if let auroc = AbstentionMargin.auroc(measured.answers, text: text) {
      figures["refusal_margin_auroc"] = .number(auroc)
    }
    try context.write(rows: measured.rows, "responses.jsonl")
    return StageResult(
      gates: [context.decide("factuality", at: name, measured["factuality"])],
      figures: figures
    )
  }
}

/// The mixture of stage 3.
struct CitationRows {
  let context: StageContext
  let text: TextModel

  /// `count` rows: cited answers and refusals over retrieved passages, the same over passages made
  /// for the purpose, closed-book refusals, and replay of what must not be forgotten.
  func rows(count: Int) throws -> [TokenSequence] {
    let mixture = context.configuration.cite
    let encoder = TrainingRows(text: text, markerWeight: Float(mixture.markerWeight))
    let data = context.data
    let replay = Int(Double(count) * mixture.replayShare)
    let refusals =
      data.closedBookRefusals.isEmpty ? 0 : Int(Double(count) * mixture.closedBookRefusalShare)
    let made = data.citationExamples.isEmpty ? 0 : Int(Double(count) * mixture.generatedShare)
    func draw<Row>(_ rows: [Row], _ number: Int, _ name: String) -> [Row] {
      TrainingRows.draw(rows, count: number, seed: context.seed, name: "cite/" + name)
    }
    var rows = draw(data.instructions, replay, "replay").map { encoder.row($0) }
    rows += draw(data.closedBookRefusals, refusals, "refusals").map { encoder.row($0) }
    rows += draw(data.citationExamples, made, "generated").map { encoder.row($0) }
    rows += try grounded(count - rows.count).map { encoder.target($0) }
    return rows
  }

  /// Prompts with retrieved passages, of which the configured share is unanswerable.
  private func grounded(_ count: Int) throws -> [GroundedQuestion] {
    let questions = context.trainingParts.cite
    guard count > 0, !questions.isEmpty else { return [] }
    var pool: [GroundedQuestion] = []
    let variants = max(1, min(4, count / max(1, questions.count)))
    for variant in 0..<variants {
      pool += try context.trainingPrompts(questions, variant: variant)
    }
    let unanswerable = Int(
      Double(count) * context.configuration.cite.unanswerableShare
    )
    func draw(_ rows: [GroundedQuestion], _ number: Int, _ name: String) -> [GroundedQuestion] {
      TrainingRows.draw(rows, count: number, seed: context.seed, name: "cite/" + name)
    }
    return draw(pool.filter(\.isAnswerable), count - unanswerable, "answerable")
      + draw(pool.filter { !$0.isAnswerable }, unanswerable, "unanswerable")
  }
}
