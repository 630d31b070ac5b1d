import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite struct BlockShardsTests {
  @Test(arguments: Family.names, [ScalarType.f32, .bf16])
  func `divided weights are those of the whole model, whatever the family`(
    name: String,
    type: ScalarType
  ) throws {
    let folder = try TemporaryFolder()
    try ModelDirectory.save(try Family(name).model, to: folder.path)
    let whole = try ModelDirectory.load(folder.path, baseType: type)
    let sequences = [30, 10, 17].map {
      TokenSequence(ids: Family.tokens($0, seed: UInt64($0)), completionStart: 1)
    }
    let scores = whole.score(sequences)
    let names = whole.layout.entries.map(\.name)
    let bytes = names.map { whole.weights.littleEndianData($0) }
    let ranks = 3
    let results = try ThreadGroup.run(ranks) { group in
      let model = try ModelDirectory.load(folder.path, baseType: type, dividedOver: group)
      #expect(model.weights.ranks == ranks && model.weights.byteCount < whole.weights.byteCount)
      // By turns from both ends, so that blocks are gathered again.
      let order = zip(names.indices, names.indices.reversed()).flatMap { [$0, $1] }
      for index in order { #expect(model.weights.littleEndianData(names[index]) == bytes[index]) }
      #expect(model.weights.failure == nil)
      return model.score(sequences)
    }
    #expect(results == [[SequenceScore]](repeating: scores, count: ranks))
  }

  @Test func `a weight that is not a number is found by the rank that has it`() throws {
    let model = Fixtures.tinyModel()
    let folder = try TemporaryFolder()
    let last = try #require(model.layout.entries.last { !$0.isVector })
    model.parameters[0, last.range.upperBound - 1] = .nan
    try ModelDirectory.save(model, to: folder.path)
    let refused = try ThreadGroup.run(2) { group in
      do {
        _ = try ModelDirectory.load(folder.path, dividedOver: group)
        return false
      } catch is InputError { return true }
    }
    #expect(refused.contains(true))
  }

  @Test func `a rank without work keeps step with one that computes`() throws {
    let folder = try TemporaryFolder()
    try ModelDirectory.save(Fixtures.tinyModel(), to: folder.path)
    let sequence = TokenSequence(ids: [1, 2, 3, 4, 5], completionStart: 1)
    let expected = Fixtures.tinyModel().score([sequence])
    let results = try ThreadGroup.run(2) { group -> [SequenceScore] in
      let model = try ModelDirectory.load(folder.path, dividedOver: group)
      var scores: [SequenceScore] = []
      for turn in 0..<3 {
        if turn % 2 == group.rank {
          scores += model.score([sequence])
        } else {
          model.accompany(training: false)
        }
      }
      return scores
    }
    #expect(results == [expected + expected, expected])
  }
}
