import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@testable import RealignModels

@Suite("Sampler")
struct SamplerTests {
  /// Draws as the definition has it: all weights sorted, cut, summed in order.
  private func reference(
    _ logits: [Float],
    _ options: GenerationOptions,
    stream: inout RandomStream
  ) -> Int32 {
    let greatest = Double(logits.max() ?? 0)
    var list = logits.enumerated().map {
      (id: Int32($0), weight: exp((Double($1) - greatest) / options.temperature))
    }
    if (options.topK ?? list.count) < list.count || options.topP < 1 {
      list.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.id < $1.id }
    }
    if let topK = options.topK { list = Array(list.prefix(topK)) }
    let limit = options.topP * list.reduce(0) { $0 + $1.weight }
    if options.topP < 1 {
      var sum = 0.0
      let end = list.firstIndex {
        sum += $0.weight
        return sum >= limit
      }
      list = Array(list.prefix((end ?? list.count) + 1))
    }
    var remaining = stream.uniform() * list.reduce(0) { $0 + $1.weight }
    for (id, weight) in list {
      remaining -= weight
      if remaining < 0 { return id }
    }
    return list[list.count - 1].id
  }

  @Test(
    "draws are those of the definition",
    arguments: [nil, 1, 7, 900],
    [0.05, 0.5, 0.97, 1]
  )
  func definition(topK: Int?, topP: Double) {
    for temperature in [0.3, 1, 3] {
      let options = GenerationOptions(temperature: temperature, topK: topK, topP: topP)
      let sampler = Sampler(options: options)
      var (one, two) = (
        RandomStream(seed: 1, name: "draws"), RandomStream(seed: 1, name: "draws")
      )
      for row in 0..<40 {
        let logits = Tensor.random(rows: 1, columns: 900, name: "logits/\(row)")
        // Equal logits, so that ties are met.
        for index in 0..<300 { logits[0, 3 * index] = (logits[0, 3 * index] * 4).rounded() / 4 }
        let before = logits.values
        let drawn = sampler.choose(logits, stream: &one)
        #expect(drawn == reference(before, options, stream: &two))
      }
      #expect(one.counter == two.counter)
    }
  }

  @Test("a penalty lowers what was seen and leaves the row as it was")
  func penalty() {
    let sampler = Sampler(options: GenerationOptions(repetitionPenalty: 2))
    var stream = RandomStream(seed: 1, name: "unused")
    let logits = Tensor([1.5, 1, -1, -0.9], rows: 1, columns: 4)
    #expect(sampler.choose(logits, seen: [0], stream: &stream) == 1)
    #expect(sampler.choose(logits, seen: [0, 1], stream: &stream) == 0)
    let negative = Tensor([-1, -1.5], rows: 1, columns: 2)
    #expect(sampler.choose(negative, seen: [0], stream: &stream) == 1)
    #expect(logits.values == [1.5, 1, -1, -0.9] && negative.values == [-1, -1.5])
    #expect(stream.counter == 0)
  }
}
