import RealignData
import RealignModels
import RealignText

/// Pairs from the current model's own samples on training prompts.
struct OnPolicyPairs {
  let context: StageContext

  /// Samples until enough prompts were tried; keeps pairs balanced over their classes.
  ///
  /// - Parameters:
  ///   - prompts: Training prompts.
  ///   - name: Names the random draw.
  ///   - task: What the progress line says.
  func build(
    text: TextModel,
    prompts: [GroundedQuestion],
    name: String,
    task: String
  ) throws -> [Pair] {
    let settings = context.configuration
    let chosen = TrainingRows.draw(
      prompts,
      count: min(prompts.count, settings.optimize.prompts),
      seed: context.seed,
      name: "pairs/" + name
    )
    let builder = PairBuilder(verifier: try context.verifier(), corruptor: context.corruptor)
    let samples = try context.sample(
      text,
      chosen,
      count: settings.collect.samplesPerQuestion,
      temperature: settings.collect.temperature,
      topP: settings.collect.topP,
      task: task
    )
    let pairs = samples.compactMap(builder.pair(samples:))
    return Self.weighted(pairs, target: settings.optimize.refusalGuard, seed: context.seed)
  }

  /// Balances by the errors: declined answerable prompts are repeated until they weigh `target` of
  /// the invented ones, lest the model learn to decline everything.
  static func weighted(_ pairs: [Pair], target: Double, seed: UInt64) -> [Pair] {
    let refused = pairs.filter { $0.kind == .refused }
    let invented = pairs.filter { $0.kind == .invented }
    let wanted = Int(target * Double(invented.count))
    guard !refused.isEmpty, refused.count < wanted else { return pairs }
    return pairs
      + TrainingRows.draw(
        refused,
        count: wanted - refused.count,
        seed: seed,
        name: "pairs/refused"
      )
  }
}

/// The corruption pairs of stage 2, read back.
struct CorruptionPairs {
  let context: StageContext

  /// As many as the configuration mixes in; the configured share of them are invented answers to
  /// unanswerable prompts, so that the mixture does not teach to answer everything.
  func rows() throws -> [PreferenceRow] {
    let path = context.directory.stagePath(.collect) + "/pairs.jsonl"
    let all = try PreferenceRow.read(path).filter { $0.reason?.hasSuffix(":sample") == false }
    let settings = context.configuration.optimize
    let invented = all.filter { $0.reason?.hasPrefix(PairClass.invented.rawValue) == true }
    let others = all.filter { $0.reason?.hasPrefix(PairClass.invented.rawValue) == false }
    let wanted = Int(Double(settings.corruptionPairs) * settings.inventedShare)
    func draw(_ rows: [PreferenceRow], _ count: Int, _ name: String) -> [PreferenceRow] {
      TrainingRows.draw(
        rows,
        count: min(rows.count, count),
        seed: context.seed,
        name: "pairs/corruptions/" + name
      )
    }
    return draw(invented, wanted, "invented")
      + draw(others, settings.corruptionPairs - wanted, "others")
  }
}
