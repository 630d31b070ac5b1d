import Foundation
import RealignModels
import RealignNumerics
import RealignText
import Testing

@Suite("Generation")
struct GeneratorTests {
  let model = Fixtures.tinyModel()
  let prompts: [[Int32]] = (0..<7).map { index in
    (0..<Int32(1 + index * 3)).map { ($0 * 5 + Int32(index)) % 23 }
  }

  @Test("greedy decoding with the cache equals recomputing every prefix")
  func cached() throws {
    let results = try Generator(
      model: model,
      options: GenerationOptions(maximumNewTokens: 9, endTokens: [1])
    ).generate(prompts)
    for (prompt, result) in zip(prompts, results) {
      var ids = prompt
      for (position, token) in result.ids.enumerated() {
        let score = model.score([TokenSequence(ids: ids + [token], completionStart: ids.count)])[0]
        #expect(score.isGreedy[0])
        #expect(abs(score.logProbabilities[0] - result.logProbabilities[position]) < 1e-4)
        ids.append(token)
      }
    }
  }

  @Test("sampling depends on the seed and the index, not on the batch size")
  func batchSize() throws {
    func run(_ batch: Int, seed: UInt64) throws -> [[Int32]] {
      try Generator(
        model: model,
        options: GenerationOptions(
          maximumNewTokens: 8,
          temperature: 1,
          topK: 9,
          topP: 0.9,
          seed: seed,
          endTokens: [1],
          batchSize: batch
        )
      ).generate(prompts).map(\.ids)
    }
    #expect(try run(2, seed: 4) == run(7, seed: 4))
    #expect(try run(7, seed: 4) != run(7, seed: 5))
  }

  @Test("sampled frequencies follow the distribution")
  func frequencies() throws {
    let prompt: [Int32] = [3, 4, 5]
    let count = 4000
    let results = try Generator(
      model: model,
      options: GenerationOptions(maximumNewTokens: 1, temperature: 1, seed: 8)
    ).generate([[Int32]](repeating: prompt, count: count))
    var counts = [Int](repeating: 0, count: 23)
    for result in results { counts[Int(result.ids[0])] += 1 }
    let probabilities = (0..<Int32(23)).map { token in
      Double(
        model.score([TokenSequence(ids: prompt + [token], completionStart: 3)])[0]
          .logProbabilities[0]
      )
    }
    for (count, logProbability) in zip(counts, probabilities) {
      // Five standard deviations of a binomial share.
      let p = exp(logProbability)
      let deviation = (p * (1 - p) / Double(results.count)).squareRoot()
      #expect(abs(Double(count) / Double(results.count) - p) < 5 * deviation + 1e-9)
    }
  }

  @Test("top-k 1 is greedy")
  func topOne() throws {
    let greedy = try Generator(
      model: model,
      options: GenerationOptions(maximumNewTokens: 6)
    ).generate(prompts)
    let sampled = try Generator(
      model: model,
      options: GenerationOptions(maximumNewTokens: 6, temperature: 0.7, topK: 1, seed: 2)
    ).generate(prompts)
    #expect(greedy.map(\.ids) == sampled.map(\.ids))
  }

  @Test("an empty prompt is refused")
  func emptyPrompt() {
    #expect(throws: InputError.self) {
      try Generator(model: model, options: GenerationOptions()).generate([[]])
    }
  }
}
