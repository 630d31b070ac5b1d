import RealignNumerics
import Testing

@testable import RealignTraining

@Suite struct SummationTreeTests {
  /// An expression or a number that additions change in place.
  final class Term<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
  }

  /// The sum over a window whose micro-batches are divided over ranks.
  static func sum<Value>(
    _ values: [Value],
    ranks: Int,
    _ add: @escaping (Value, Value) -> Value
  ) -> Value? {
    func tree() -> SummationTree<Term<Value>> {
      SummationTree { $0.value = add($0.value, $1.value) }
    }
    var all = tree()
    for share in WindowShares.ranges(values.count, ranks: ranks) {
      var own = tree()
      for index in share {
        _ = own.append(.init(start: index, count: 1, value: Term(values[index])))
      }
      #expect(
        own.blocks.map { $0.start..<$0.start + $0.count }
          == SummationTree<Void>.shape(of: share).blocks
      )
      for block in own.blocks { _ = all.append(block) }
    }
    return all.finish().sum?.value
  }

  @Test func `seven micro-batches are added as a binary counter carries`() {
    for ranks in 1...8 {
      let text = Self.sum((0..<7).map { "\($0)" }, ranks: ranks) { "(\($0)+\($1))" }
      #expect(text == "(((0+1)+(2+3))+((4+5)+6))", "\(ranks) ranks")
    }
    #expect(Self.sum([String](), ranks: 2) { $0 + $1 } == nil)
  }

  /// Each value passes through at most ⌈log₂ n⌉ additions, each off by half a unit in the last
  /// place of its result.
  @Test func `any number of ranks gives the bits of one, near the sum in double`() {
    var stream = RandomStream(seed: 4, name: "terms")
    for count in [1, 2, 3, 4, 6, 11, 16, 31, 40] {
      let values = (0..<count).map { _ in Float(stream.normal()) }
      let alone = Self.sum(values, ranks: 1, +) ?? .nan
      for ranks in 2...9 {
        #expect(Self.sum(values, ranks: ranks, +)?.bitPattern == alone.bitPattern)
      }
      let exact = values.reduce(0) { $0 + Double($1) }
      let size = values.reduce(0) { $0 + Double(abs($1)) }
      let depth = Double(count.bitWidth - (count - 1).leadingZeroBitCount)
      #expect(abs(Double(alone) - exact) <= depth * size * Double(Float.ulpOfOne) / 2)
    }
  }

  @Test func `buffers in use grow with the logarithm of a rank's micro-batches`() {
    func buffers(_ window: Int, _ ranks: Int) -> Int {
      GradientSum.buffers(microBatches: window, ranks: ranks)
    }
    #expect([1, 2, 4, 8, 16].map { buffers($0, 1) } == [1, 2, 3, 4, 5])
    #expect([1, 2, 4].map { buffers(4, $0) } == [3, 2, 1])
    // 0, 1, 2 and 3, 4, 5: the second run begins off a boundary.
    #expect(buffers(6, 2) == 3)
    #expect(SummationTree<Void>.shape(of: 3..<6).blocks == [3..<4, 4..<6])
    #expect(SummationTree<Void>.shape(of: 5..<5).blocks.isEmpty)
  }

  @Test func `slices begin where the blocks of a norm do and cover all parameters once`() {
    let block = Tensor.elementsPerBlock
    for count in [0, 1, block, block + 1, 5 * block + 7] {
      for ranks in 1...7 {
        let slices = WindowShares.slices(count, ranks: ranks)
        #expect(slices.count == ranks)
        #expect(slices.first?.lowerBound == 0 && slices.last?.upperBound == count)
        for (a, b) in zip(slices, slices.dropFirst()) {
          #expect(a.upperBound == b.lowerBound)
          #expect(b.isEmpty || b.lowerBound % block == 0)
        }
      }
    }
  }
}
