import RealignNumerics
import RealignTestSupport
import Testing

@testable import RealignModels

@Suite("Continuous batching")
struct ContinuousBatchingTests {
  private let prompts = [5, 1, 17, 5, 33, 2, 5, 40, 9].enumerated().map { index, count in
    // Prompts of five tokens are equal.
    Family.tokens(count, seed: count == 5 ? 1 : UInt64(index))
  }

  private func options(temperature: Double = 1, batchSize: Int) -> GenerationOptions {
    GenerationOptions(
      maximumNewTokens: 14,
      temperature: temperature,
      seed: 3,
      endTokens: [1, 2, 3],
      batchSize: batchSize
    )
  }

  private func expectEqual(_ found: [Generation], _ expected: [Generation]) {
    #expect(found.map(\.ids) == expected.map(\.ids))
    #expect(found.map(\.finishReason) == expected.map(\.finishReason))
    for (a, b) in zip(found, expected) {
      #expect(a.logProbabilities.count == b.logProbabilities.count)
      for (x, y) in zip(a.logProbabilities, b.logProbabilities) { #expect(abs(x - y) < 1e-4) }
    }
    // On the kernels of this package a row has the same bits in any company.
    if Matrix.kernelName == "realign-avx512" { #expect(found == expected) }
  }

  @Test(
    "slots that are refilled give what each prompt gives alone",
    arguments: ["llama-yarn", "mistral", "gemma2", "gpt2"],
    [1, 2, 3, 9]
  )
  func alone(name: String, batchSize: Int) throws {
    let model = try Family(name).model
    let batched = try Generator(model: model, options: options(batchSize: batchSize))
      .generate(prompts)
    // The random stream of a prompt is that of its index, so the others stand before it, short.
    for index in prompts.indices {
      var generator = Generator(model: model, options: options(batchSize: 1))
      generator.rowsPerPass = 1
      let single = try generator.generate(Array(prompts[...index]))[index]
      expectEqual([batched[index]], [single])
    }
  }

  @Test("a part of the prompts, told its place, draws what it draws in the whole")
  func parts() throws {
    let model = try Family("llama-yarn").model
    let whole = try Generator(model: model, options: options(batchSize: 4)).generate(prompts)
    for start in prompts.indices {
      var options = options(batchSize: 4)
      options.firstIndex = start
      let part = try Generator(model: model, options: options).generate(Array(prompts[start...]))
      expectEqual(part, Array(whole[start...]))
    }
  }

  @Test("passes of few rows prefill what one pass prefills", arguments: [1, 20, 4096])
  func passes(rowsPerPass: Int) throws {
    let model = try Family("llama-yarn").model
    let whole = try Generator(model: model, options: options(batchSize: 9)).generate(prompts)
    var generator = Generator(model: model, options: options(batchSize: 9))
    generator.rowsPerPass = rowsPerPass
    expectEqual(try generator.generate(prompts), whole)
  }

  @Test("samples of one prompt are those of prompts that share nothing", arguments: [2, 5, 12])
  func shared(batchSize: Int) throws {
    for name in ["llama-yarn", "mistral"] {
      let model = try Family(name).model
      let prompt = Family.tokens(21, seed: 4)
      let samples = try Generator(model: model, options: options(batchSize: batchSize))
        .generate([[Int32]](repeating: prompt, count: 12))
      #expect(Set(samples.map(\.ids)).count > 6)
      for (index, sample) in samples.enumerated() {
        // Different prompts before it: nothing is shared, and the index is the same.
        let others = (0..<index).map { Family.tokens(3, seed: UInt64(100 + $0)) }
        let single = try Generator(model: model, options: options(batchSize: 1))
          .generate(others + [prompt])[index]
        expectEqual([sample], [single])
      }
    }
  }

  @Test("streamed tokens are those of the responses, in order", arguments: [1, 4, 9])
  func streaming(batchSize: Int) throws {
    let generator = Generator(
      model: try Family("llama-yarn").model,
      options: options(batchSize: batchSize)
    )
    let expected = try generator.generate(prompts)
    var tokens = [[Int32]](repeating: [], count: prompts.count)
    var finished: [Int: Generation] = [:]
    var counts: [Int] = []
    try generator.stream(prompts) { event in
      switch event {
      case .token(let token, let index):
        #expect(finished[index] == nil)
        tokens[index].append(token)
      case .finished(let result, let index):
        #expect(finished.updateValue(result, forKey: index) == nil)
      case .step(let count):
        #expect(count == finished.count)
        counts.append(count)
      }
    }
    #expect(tokens == expected.map(\.ids))
    #expect(prompts.indices.map { finished[$0] } == expected)
    #expect(counts == counts.sorted() && counts.last == prompts.count)
  }

  @Test("what the listener throws ends generation")
  func stops() throws {
    struct Stop: Error {}
    var seen = 0
    let generator = Generator(model: try Family("llama-yarn").model, options: options(batchSize: 2))
    #expect(throws: Stop.self) {
      try generator.stream(prompts) { event in
        guard case .token = event else { return }
        seen += 1
        if seen == 3 { throw Stop() }
      }
    }
    #expect(seen == 3)
  }
}
