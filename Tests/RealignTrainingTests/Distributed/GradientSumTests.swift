import RealignModels
import RealignNumerics
import RealignTestSupport
import Testing

@testable import RealignTraining

@Suite struct GradientSumTests {
  /// Values of a micro-batch's gradients.
  static func values(_ index: Int, _ count: Int) -> [Float] {
    var stream = RandomStream(seed: UInt64(index), name: "gradients")
    return (0..<count).map { _ in Float(stream.uniform() - 0.5) }
  }

  /// The sum of a window as each rank has it, and its slices.
  static func sums(
    window: Int,
    ranks: Int,
    isWhole: Bool
  ) throws -> [(values: [Float], slice: Range<Int>)] {
    try ThreadGroup.run(ranks) { group in
      let model = RankFixtures.wideModel()
      var sum = GradientSum(for: model, over: group)
      let shares = WindowShares.ranges(window, ranks: group.size)
      var result: [Float] = []
      // The second update finds the buffers of the first one.
      for update in 0..<2 {
        sum.start()
        for index in shares[group.rank] {
          sum.add(index) {
            #expect($0.trainable.sumOfSquares() == 0)
            $0.trainable.copy(from: values(index + 100 * update, model.layout.count))
          }
        }
        result = try sum.finish(window: window, isWhole: isWhole).values
      }
      return (result, sum.slices[group.rank])
    }
  }

  @Test(arguments: [(1, 2), (2, 2), (3, 2), (4, 4), (5, 2), (6, 3), (6, 4), (7, 3), (2, 5)])
  func `every rank has the sum in its slice, or all of it`(window: Int, ranks: Int) throws {
    let alone = try #require(try Self.sums(window: window, ranks: 1, isWhole: true).first).values
    for (values, slice) in try Self.sums(window: window, ranks: ranks, isWhole: false) {
      #expect(values[slice] == alone[slice])
    }
    for (values, _) in try Self.sums(window: window, ranks: ranks, isWhole: true) {
      #expect(values == alone)
    }
  }

  @Test func `the sum is that in double but for rounding`() throws {
    let sum = try #require(try Self.sums(window: 5, ranks: 2, isWhole: true).first).values
    let parts = (0..<5).map { Self.values($0 + 100, sum.count) }
    for index in stride(from: 0, to: sum.count, by: 97) {
      let exact = parts.reduce(0) { $0 + Double($1[index]) }
      // Three additions deep, of sums below 2.5.
      #expect(abs(Double(sum[index]) - exact) < 3 * 2.5 * Double(Float.ulpOfOne) / 2)
    }
  }

  @Test func `a slice of AdamW has the bits of the whole`() {
    let model = RankFixtures.wideModel()
    let other = RankFixtures.wideModel()
    let gradients = Tensor(
      Self.values(1, model.layout.count),
      rows: 1,
      columns: model.layout.count
    )
    var settings = TrainerSettings()
    settings.weightDecay = 0.1
    let whole = AdamWState(model.trainable, settings: settings)
    let parts = WindowShares.slices(model.layout.count, ranks: 3)
      .map { AdamWState(other.trainable, slice: $0, settings: settings) }
    for step in 1...3 {
      for state in [whole] + parts {
        state.update(gradients: gradients, learningRate: 0.1, gradientScale: 0.5, step: step)
      }
    }
    #expect(other.parameters.values == model.parameters.values)
    #expect(parts.flatMap(\.firstMoment.values) == whole.firstMoment.values)
    #expect(parts.flatMap(\.secondMoment.values) == whole.secondMoment.values)
  }
}
