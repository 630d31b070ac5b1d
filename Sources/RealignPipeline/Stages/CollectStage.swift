import RealignData
import RealignEvaluation
import RealignText

/// Stage 2: claim records and preference pairs from the knowledge base.
struct CollectStage: Stage {
  let name = StageName.collect
  let summary = "claims and preference pairs"

  func run(_ context: StageContext) throws -> StageResult {
    let prompts = try context.trainingPrompts(context.data.train)
    let settings = context.configuration.collect
    let collector = Collector(
      verifier: try context.verifier(),
      corruptor: context.corruptor,
      settings: settings,
      seed: context.seed
    )
    let claims = prompts.flatMap(collector.claims)
    try ClaimRow.write(claims, to: context.folder + "/claims.jsonl")
    let sampled = try samplePairs(context, prompts, collector)
    let corrupted = prompts.enumerated().compactMap { index, prompt in
      collector.corruptionPair(prompt, number: index)
    }
    let pairs = Collector.balanced(
      sampled + corrupted,
      limit: settings.maxPairs,
      seed: context.seed
    ) { $0.kind.rawValue + $0.source }
    try PreferenceRow.write(pairs.map(\.row), to: context.folder + "/pairs.jsonl")
    var summary = CollectionSummary(claims: claims.count)
    for prompt in prompts {
      summary.add(
        isAnswerable: !prompt.question.answers.isEmpty,
        isRetrieved: prompt.isAnswerable
      )
    }
    for pair in pairs { summary.add(class: pair.name, citations: collector.citations(pair)) }
    return try report(context, summary)
  }

  /// Pairs from the stage-1 model's own samples.
  private func samplePairs(
    _ context: StageContext,
    _ prompts: [GroundedQuestion],
    _ collector: Collector
  ) throws -> [Pair] {
    let settings = context.configuration.collect
    let subset = Array(prompts.prefix(max(1, settings.maxPairs)))
    var responder = context.responder(try context.model(after: .sft))
    responder.maximumNewTokens = settings.maxNewTokens
    let progress = context.progress
    progress.begin(
      "stage 2: sampling",
      total: subset.count * settings.samplesPerQuestion,
      unit: "samples"
    )
    let pairs = try collector.samplePairs(subset, responder: responder) { progress.update($0, "") }
    progress.end(nil)
    return pairs.compactMap(\.self)
  }

  private func report(
    _ context: StageContext,
    _ summary: CollectionSummary
  ) throws -> StageResult {
    let leaked = context.data.leakedGroups
    let validation = try DataValidation().run(
      files: [context.folder + "/pairs.jsonl"],
      kind: .preference
    )
    let figures = summary.figures(leaked: leaked, validation: validation)
    try context.write(.object(figures), "data-report.json")
    let gates = summary.gates(
      profile: context.gateProfile,
      mode: context.gateMode,
      validation: validation
    )
    return StageResult(
      gates: gates + [
        Gate("leaked_groups", stage: name.rawValue, .atMost, 0)
          .decide(
            .point(Double(leaked.count), n: max(1, context.data.train.count)),
            mode: .point
          )
      ],
      figures: figures
    )
  }
}
