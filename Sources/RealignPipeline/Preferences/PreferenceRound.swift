import RealignData
import RealignEvaluation
import RealignModels
import RealignNumerics
import RealignText
import RealignTraining

/// One round of preference optimisation: self-check, training with the KL measured at every
/// evaluation, retry with a gentler setting when it leaves its budget, interpolation if need be.
struct PreferenceRound {
  let context: StageContext
  let stage: StageName
  /// Distinguishes rounds of one stage.
  var label = "training"

  /// What a round produced.
  struct Outcome {
    /// The model kept.
    var model: TextModel
    /// KL readings, in order.
    var ledger: [JSONValue]
    /// What was tried.
    var attempts: [JSONValue]
    /// Updates of the kept state.
    var steps: Int
    /// Share of the way from the reference to the trained weights; 1 = no interpolation.
    var interpolation: Double
  }

  func run(
    policy: TextModel,
    reference: LanguageModel,
    pairs: [PreferenceRow],
    adjustment: Adjustment
  ) throws -> Outcome {
    let settings = context.configuration.optimize
    guard !pairs.isEmpty else {
      // Nothing to correct is a finding, not a failure: the policy stays as it is.
      return Outcome(model: policy, ledger: [], attempts: [], steps: 0, interpolation: 1)
    }
    var ledger: [JSONValue] = []
    var attempts: [JSONValue] = []
    var current = adjustment
    for attempt in 0..<max(1, settings.maxAttempts) {
      let result = try train(
        policy: policy,
        reference: reference,
        pairs: pairs,
        adjustment: current,
        attempt: attempt,
        ledger: &ledger
      )
      let isWithin = result.kl <= settings.klBudget
      attempts.append([
        "adjustment": current.json, "kl_per_token": .number(result.kl),
        "margin": .number(result.margin), "steps": .number(Double(result.steps)),
        "kept": .bool(isWithin),
      ])
      if isWithin || attempt == max(1, settings.maxAttempts) - 1 {
        return try finish(
          result,
          policy: policy,
          reference: reference,
          ledger: ledger,
          attempts: attempts
        )
      }
      current = current.afterDrift()
    }
    preconditionFailure("the loop returns")
  }

  private struct Trained {
    var model: TextModel
    var kl: Double
    var margin: Double
    var steps: Int
  }

  private func train(
    policy: TextModel,
    reference: LanguageModel,
    pairs: [PreferenceRow],
    adjustment: Adjustment,
    attempt: Int,
    ledger: inout [JSONValue]
  ) throws -> Trained {
    var text = policy.with(policy.model.duplicate())
    let group = context.configuration.optimize
    var settings = group.trainer.settings(seed: context.seed)
    settings.learningRate *= adjustment.learningRate
    if settings.maxSteps > 0 {
      settings.maxSteps = max(1, Int(Double(settings.maxSteps) * adjustment.steps))
    }
    if let adapter = settings.adapter {
      try adapter.validate(for: text.model.configuration)
      text.model.adapter = Adapter(adapter, for: text.model, seed: context.seed)
    }
    let objective = try self.objective(
      text,
      reference: reference,
      pairs: pairs,
      beta: group.preference.beta * adjustment.beta
    )
    if reference.parameters.buffer === policy.model.parameters.buffer {
      _ = try SelfCheck(objective, policy: text.model, reference: reference)
    }
    return try descend(
      text,
      objective,
      settings: settings,
      reference: reference,
      attempt: attempt,
      ledger: &ledger
    )
  }

  private func objective(
    _ text: TextModel,
    reference: LanguageModel,
    pairs: [PreferenceRow],
    beta: Double
  ) throws -> PreferenceObjective {
    let losses = try context.configuration.optimize.preference.losses(beta: beta)
    let encoder = RowEncoder(text)
    // Every eighth pair is held out, by entity, so that the margin is not read off its own rows.
    let groups = Set(pairs.map { $0.group ?? $0.id ?? "" }).sorted()
    let heldOut = Set(groups.enumerated().filter { $0.offset % 8 == 0 }.map(\.element))
    func rows(_ held: Bool) throws -> [PreferenceExample] {
      try pairs.filter { heldOut.contains($0.group ?? $0.id ?? "") == held }
        .map { try Self.example($0, encoder: encoder) }
    }
    let training = try rows(false)
    // Attempts differ in what the reference does not see: the first one's scores serve all.
    let cache = context.referenceFolder.flatMap {
      ReferenceCache(directory: $0, modelDigest: TrainerRun.digest(of: reference))
    }
    return try PreferenceObjective(
      examples: training.isEmpty ? try rows(true) : training,
      heldOut: try rows(true),
      losses: losses,
      reference: reference,
      cache: cache
    )
  }

  /// A pair as tokens.
  private static func example(
    _ row: PreferenceRow,
    encoder: RowEncoder
  ) throws -> PreferenceExample {
    var row = row
    let sides = try EncodedPair.sides(row, place: RowPlace(), encoder: encoder)
    // Spans of nothing but white space leave no token: then whole answers are compared.
    if sides.contains(where: \.isCompletionEmpty) { row.spans = nil }
    return try EncodedPair(row, place: RowPlace(), encoder: encoder).example
  }

  private func descend(
    _ text: TextModel,
    _ objective: PreferenceObjective,
    settings: TrainerSettings,
    reference: LanguageModel,
    attempt: Int,
    ledger: inout [JSONValue]
  ) throws -> Trained {
    let group = context.configuration.optimize
    let prompts = try context.trainingPrompts(
      Array(context.data.train.prefix(400)),
      variant: 77
    )
    let meter = context.klMeter(prompts, seedName: 55)
    var loop = context.loop(
      settings,
      task: "stage \(stage.number): preferences",
      name: "\(label)-\(attempt)",
      digest: "\(stage.rawValue) \(settings.identity) \(objective.examples.count) \(attempt)"
    )
    var readings: [(step: Int, kl: Double, margin: Double)] = []
    var rows: [JSONValue] = []
    loop.judge = { step, model, sums in
      let reading = try meter.measure(policy: text.with(model), reference: reference)
      let margin = sums["eval_rewards/margins"] ?? 0
      let delta = sums["eval_logps/chosen_delta_per_token"] ?? 0
      readings.append((step, reading.perToken.estimate, margin))
      rows.append(
        reading.json(
          step: step,
          extra: [
            ("attempt", .number(Double(attempt))), ("stage", .string(stage.rawValue)),
            ("margin", .number(margin)), ("chosen_delta_per_token", .number(delta)),
            ("chosen_alarm", .bool(delta < -0.1)),
          ]
        )
      )
      let isWithin = reading.perToken.estimate <= group.klBudget
      return StepVerdict(
        metrics: [("kl/token", reading.perToken.estimate)],
        score: group.keepBest == .budget ? (isWithin ? margin : nil) : Double(step),
        stopReason: delta < -0.5 ? "the chosen answers lost half a nat per token" : nil
      )
    }
    let outcome = try loop.run(objective, model: text.model)
    ledger += rows
    let kept = readings.first { $0.step == outcome.bestStep } ?? readings.last
    return Trained(
      model: text.with(text.model.merged()),
      kl: kept?.kl ?? 0,
      margin: kept?.margin ?? 0,
      steps: outcome.bestStep ?? outcome.steps
    )
  }

  /// Moves the weights toward the reference until the KL is within its budget, by bisection.
  private func finish(
    _ result: Trained,
    policy: TextModel,
    reference: LanguageModel,
    ledger: [JSONValue],
    attempts: [JSONValue]
  ) throws -> Outcome {
    let settings = context.configuration.optimize
    var outcome = Outcome(
      model: result.model,
      ledger: ledger,
      attempts: attempts,
      steps: result.steps,
      interpolation: 1
    )
    guard result.kl > settings.klBudget, settings.interpolate else { return outcome }
    let prompts = try context.trainingPrompts(
      Array(context.data.train.prefix(400)),
      variant: 77
    )
    let meter = context.klMeter(prompts, seedName: 55)
    var low = 0.0
    var high = 1.0
    for _ in 0..<6 {
      let middle = (low + high) / 2
      let mixed = result.model.with(
        Self.between(reference, result.model.model, share: middle)
      )
      let reading = try meter.measure(policy: mixed, reference: reference)
      outcome.ledger.append(
        reading.json(step: result.steps, extra: [("interpolation", .number(middle))])
      )
      if reading.perToken.estimate <= settings.klBudget {
        low = middle
        outcome.model = mixed
        outcome.interpolation = middle
      } else {
        high = middle
      }
    }
    if low == 0 {
      outcome.model = policy.with(reference)
      outcome.interpolation = 0
    }
    return outcome
  }

  /// reference + share · (trained − reference), in new memory.
  static func between(
    _ reference: LanguageModel,
    _ trained: LanguageModel,
    share: Double
  ) -> LanguageModel {
    let result = reference.duplicate()
    result.parameters.interpolate(toward: trained.parameters, by: Float(share))
    return result
  }
}
