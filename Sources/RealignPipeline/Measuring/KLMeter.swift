import RealignEvaluation
import RealignModels
import RealignNumerics
import RealignText

/// Exact KL(policy ‖ reference) on responses sampled from the policy at temperature 1.
///
/// Half of the prompts are task prompts, half neutral. By the chain rule the sum over a response of
/// the exact per-token divergences is an unbiased estimate of the divergence of whole responses.
struct KLMeter {
  /// Prompts of the task, held out.
  let taskPrompts: [String]
  /// Prompts that have nothing to do with the task.
  let neutralPrompts: [String]
  let maximumNewTokens: Int
  let batchSize: Int
  let seed: UInt64
  let resamples: Int

  /// What one measurement found; nats.
  struct Reading: Sendable {
    /// Mean over tokens, with bootstrap bounds clustered by prompt.
    var perToken: MetricValue
    /// Mean over responses of the summed divergence.
    var perSequence: Double
    /// Mean over tokens of the neutral prompts alone.
    var neutralPerToken: Double
    /// 95th percentile over responses of the per-token mean.
    var percentile95: Double
    /// Monte-Carlo estimates of the same mean per token, as a check: E[r], E[e^−r − 1 + r].
    var k1: Double
    var k3: Double
    /// Number of response tokens.
    var tokens: Int
  }

  func measure(policy: TextModel, reference: LanguageModel) throws -> Reading {
    let prompts = taskPrompts + neutralPrompts
    let responses = try policy.generate(
      prompts,
      options: GenerationOptions(
        maximumNewTokens: maximumNewTokens,
        temperature: 1,
        seed: seed,
        batchSize: batchSize
      )
    ) { _ in try Interruption.check("while measuring the KL divergence") }
    let sequences = zip(prompts, responses).map { prompt, response in
      sequence(policy, prompt: prompt, response: response)
    }
    let divergences = policy.model.divergence(from: reference, on: sequences)
    let own = policy.model.score(sequences)
    let other = reference.score(sequences)
    var ratios: [Double] = []
    for (a, b) in zip(own, other) {
      ratios += zip(a.logProbabilities, b.logProbabilities).map { Double($0) - Double($1) }
    }
    return reading(divergences, ratios: ratios)
  }

  private func sequence(
    _ text: TextModel,
    prompt: String,
    response: TextGeneration
  ) -> TokenSequence {
    let ids = text.promptIDs(prompt)
    let end = response.tokens.finishReason == .stop ? [text.encoder.endToken].compactMap { $0 } : []
    return TokenSequence(ids: ids + response.tokens.ids + end, completionStart: ids.count)
  }

  private func reading(_ divergences: [[Double]], ratios: [Double]) -> Reading {
    let sums = divergences.map { $0.reduce(0, +) }
    let counts = divergences.map { Double($0.count) }
    let clusters = Array(sums.indices)
    let bootstrap = ClusterBootstrap(seed: seed, name: "kl", resamples: resamples)
    let ratio = bootstrap.ratio(
      numerators: sums,
      denominators: counts,
      clusters: clusters
    )
    let neutral = taskPrompts.count..<divergences.count
    let neutralTokens = neutral.reduce(0) { $0 + counts[$1] }
    let means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }.sorted()
    let total = Double(max(1, ratios.count))
    return Reading(
      perToken: .bootstrap(ratio),
      perSequence: sums.reduce(0, +) / Double(max(1, sums.count)),
      neutralPerToken: neutralTokens > 0 ? neutral.reduce(0) { $0 + sums[$1] } / neutralTokens : 0,
      percentile95: means.isEmpty ? 0 : means[min(means.count - 1, means.count * 95 / 100)],
      k1: ratios.reduce(0, +) / total,
      k3: ratios.reduce(0) { $0 + exponential(-$1) - 1 + $1 } / total,
      tokens: ratios.count
    )
  }
}

extension KLMeter.Reading {
  /// A record of the ledger.
  func json(step: Int, extra: [(key: String, value: JSONValue)] = []) -> JSONValue {
    .object(
      JSONObject(
        pairs: [
          (key: "step", value: JSONValue.number(Double(step))),
          (key: "kl_per_token", value: .number(perToken.estimate)),
          (key: "kl_per_token_upper", value: .number(perToken.bound(upper: true))),
          (key: "kl_per_sequence", value: .number(perSequence)),
          (key: "kl_neutral_per_token", value: .number(neutralPerToken)),
          (key: "kl_percentile_95", value: .number(percentile95)),
          (key: "k1", value: .number(k1)), (key: "k3", value: .number(k3)),
          (key: "tokens", value: .number(Double(tokens))),
        ] + extra
      )
    )
  }
}
