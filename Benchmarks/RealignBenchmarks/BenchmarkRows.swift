import RealignModels
import RealignNumerics
import RealignTraining

/// Random rows of the measured sizes; what they say does not matter, how long they are does.
struct BenchmarkRows {
  let context: BenchmarkContext

  /// A model with random weights, long enough for a row.
  func model() -> LanguageModel {
    let positions = context.promptTokens + 4 * context.completionTokens + 256
    return LanguageModel(
      randomlyInitialized: context.shape.configuration(positions: positions),
      seed: 1
    )
  }

  /// Ids of one text.
  func ids(_ count: Int, name: String) -> [Int32] {
    var stream = RandomStream(seed: 1, name: "bench/rows/" + name)
    return (0..<count).map { _ in Int32(stream.uniform(below: context.shape.vocabularySize)) }
  }

  /// Preference pairs with a shared prompt.
  func pairs(_ count: Int) -> [PreferenceExample] {
    (0..<count).map { index in
      PreferenceExample(
        prompt: ids(context.promptTokens, name: "prompt/\(index)"),
        chosen: ids(context.completionTokens, name: "chosen/\(index)"),
        rejected: ids(context.completionTokens, name: "rejected/\(index)")
      )
    }
  }

  /// Prompts with candidates.
  func candidates(
    prompts: Int,
    each: Int
  ) -> (prompts: [[Int32]], candidates: [[[Int32]]]) {
    (
      (0..<prompts).map { ids(context.promptTokens, name: "prompt/\($0)") },
      (0..<prompts).map { prompt in
        (0..<each).map { ids(context.completionTokens, name: "candidate/\(prompt)/\($0)") }
      }
    )
  }
}
