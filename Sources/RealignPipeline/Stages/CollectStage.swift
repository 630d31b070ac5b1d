import RealignData
import RealignDetection
import RealignEvaluation
import RealignKnowledge
import RealignModels
import RealignText

/// Stage 2: claim records and preference pairs from the knowledge base.
struct CollectStage: Stage {
  let name = StageName.collect
  let summary = "claims and preference pairs"

  func run(_ context: StageContext) throws -> StageResult {
    let prompts = try context.trainingPrompts(context.data.train)
    let corruptor = context.corruptor
    let verifier = try context.verifier()
    let builder = PairBuilder(verifier: verifier, corruptor: corruptor)
    let claims = self.claims(prompts, corruptor: corruptor, verifier: verifier)
    try ClaimRow.write(claims, to: context.folder + "/claims.jsonl")
    let sampled = try samplePairs(context, prompts, builder)
    let corrupted = corruptionPairs(context, prompts, builder)
    let pairs = Self.balanced(
      sampled + corrupted,
      limit: context.configuration.collect.maxPairs,
      seed: context.seed
    )
    try PreferenceRow.write(pairs.map(\.row), to: context.folder + "/pairs.jsonl")
    return try report(context, prompts: prompts, claims: claims, pairs: pairs, verifier)
  }

  /// Every gold statement as a factual claim and every verified corruption as an unfactual one.
  private func claims(
    _ prompts: [GroundedQuestion],
    corruptor: Corruptor,
    verifier: ClaimVerifier
  ) -> [ClaimRow] {
    prompts.flatMap { prompt -> [ClaimRow] in
      guard let gold = prompt.gold.first else { return [] }
      let passage = prompt.passages[gold - 1]
      var rows = [
        ClaimRow(
          claim: prompt.question.statement,
          source: passage.text,
          factual: true,
          citation: passage.documentID,
          id: prompt.question.id,
          group: prompt.question.group
        )
      ]
      for corruption in corruptor.corruptions(prompt) {
        let wrong = Responder.judged(prompt, text: corruption.response)
        guard let statement = wrong.parsed.statements.first,
          statement.text != prompt.question.statement,
          verifier.verify(statement.text, passages: prompt.passages.map(\.text)).verdict
            != .supported
        else { continue }
        rows.append(
          ClaimRow(
            claim: statement.text,
            source: nil,
            factual: false,
            citation: nil,
            id: prompt.question.id + "/" + corruption.kind.rawValue,
            group: prompt.question.group
          )
        )
      }
      return rows
    }
  }

  /// Pairs from the stage-1 model's own samples.
  private func samplePairs(
    _ context: StageContext,
    _ prompts: [GroundedQuestion],
    _ builder: PairBuilder
  ) throws -> [Pair] {
    let settings = context.configuration.collect
    let subset = Array(prompts.prefix(max(1, settings.maxPairs)))
    let model = try context.model(after: .sft)
    let samples = try context.sample(
      model,
      subset,
      count: settings.samplesPerQuestion,
      temperature: settings.temperature,
      topP: settings.topP,
      task: "stage 2: sampling"
    )
    return samples.compactMap(builder.pair(samples:))
  }

  /// Pairs from typed corruptions; each prompt gives one, kinds in turn.
  private func corruptionPairs(
    _ context: StageContext,
    _ prompts: [GroundedQuestion],
    _ builder: PairBuilder
  ) -> [Pair] {
    prompts.enumerated().compactMap { index, prompt in
      let options = builder.corruptor.corruptions(prompt)
      guard !options.isEmpty else { return nil }
      return builder.pair(prompt, corruption: options[index % options.count])
    }
  }

  /// Equal numbers of every source within a limit, in a fixed order.
  static func balanced(_ pairs: [Pair], limit: Int, seed: UInt64) -> [Pair] {
    guard limit > 0, pairs.count > limit else { return pairs }
    let bySource = Dictionary(grouping: pairs) { $0.kind.rawValue + $0.source }
    var result: [Pair] = []
    var queues = bySource.keys.sorted().map { key in
      TrainingRows.draw(
        bySource[key] ?? [],
        count: bySource[key]?.count ?? 0,
        seed: seed,
        name: "pairs/" + key
      )[...]
    }
    while result.count < limit, queues.contains(where: { !$0.isEmpty }) {
      for index in queues.indices where result.count < limit {
        if let pair = queues[index].popFirst() { result.append(pair) }
      }
    }
    return result
  }

  private func report(
    _ context: StageContext,
    prompts: [GroundedQuestion],
    claims: [ClaimRow],
    pairs: [Pair],
    _ verifier: ClaimVerifier
  ) throws -> StageResult {
    var citations = 0
    var right = 0
    for pair in pairs {
      let chosen = Responder.judged(pair.prompt, text: pair.chosen)
      for statement in chosen.parsed.statements {
        for number in statement.citations {
          citations += 1
          guard (1...pair.prompt.passages.count).contains(number) else { continue }
          let passage = pair.prompt.passages[number - 1].text
          if verifier.verify(statement.text, passages: [passage]).verdict == .supported {
            right += 1
          }
        }
      }
    }
    let leaked = context.data.leakedGroups
    let validation = try DataValidation().run(
      files: [context.folder + "/pairs.jsonl"],
      kind: .preference
    )
    let answerable = prompts.filter { !$0.question.answers.isEmpty }
    let retrieved = answerable.filter(\.isAnswerable).count
    let classes = Dictionary(grouping: pairs, by: { $0.kind.rawValue + ":" + $0.source })
    let figures: JSONObject = [
      "claims": .number(Double(claims.count)), "pairs": .number(Double(pairs.count)),
      "classes": .object(
        JSONObject(
          pairs: classes.keys.sorted().map {
            (key: $0, value: .number(Double(classes[$0]?.count ?? 0)))
          }
        )
      ),
      "retrieval_recall": .number(Double(retrieved) / Double(max(1, answerable.count))),
      "leaked_groups": .array(leaked.map { .string($0) }),
      "validation": validation.toJSON(),
    ]
    try context.write(.object(figures), "data-report.json")
    let accuracy = citations > 0 ? MetricValue.rate(successes: right, of: citations) : nil
    return StageResult(
      gates: [
        context.decide("citation_accuracy", at: name, accuracy),
        Gate("pairs_valid", stage: name.rawValue, .atLeast, 1)
          .decide(.point(validation.valid ? 1 : 0, n: pairs.count), mode: .point),
        Gate("leaked_groups", stage: name.rawValue, .atMost, 0)
          .decide(
            .point(Double(leaked.count), n: max(1, context.data.train.count)),
            mode: .point
          ),
      ],
      figures: figures
    )
  }
}
