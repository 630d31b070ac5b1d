import RealignNumerics
import Testing

@testable import RealignPipeline

@Suite("Division of blocks")
struct ShardDivisionTests {
  @Test("no division of whole blocks is nearer to the shares", arguments: 0..<60)
  func nearest(seed: UInt64) {
    var stream = RandomStream(seed: seed, name: "weights")
    let blocks = stream.uniform(below: 9)
    let weights = (0..<3).map { _ in Double(stream.uniform(below: 5)) + stream.uniform() }
    let total = weights.reduce(0, +)
    func distance(_ counts: [Int]) -> Double {
      zip(counts, weights).reduce(0) { sum, part in
        let wanted = Double(blocks) * part.1 / total
        return sum + (Double(part.0) - wanted) * (Double(part.0) - wanted)
      }
    }
    let found = ShardDivision(blocks: blocks, weights: weights).blockCounts
    #expect(found.reduce(0, +) == blocks)
    var best = Double.infinity
    for a in 0...blocks {
      for b in 0...(blocks - a) { best = min(best, distance([a, b, blocks - a - b])) }
    }
    // Both sums of squares of numbers below ten are rounded to 1e-15 of them.
    #expect(distance(found) <= best + 1e-9)
  }

  @Test("shares of the reference machines: 65.5 and 34.5 of a thousand, 83.5 and 16.5")
  func reference() {
    #expect(ShardDivision(blocks: 1000, weights: [1.95, 1.03]).blockCounts == [654, 346])
    #expect(ShardDivision(blocks: 1000, weights: [3.86, 0.76]).blockCounts == [835, 165])
    #expect(ShardDivision(blocks: 200, weights: [0.655, 0.345]).blockCounts == [131, 69])
  }

  @Test("whole weights that add up to the blocks are taken as they are")
  func exact() {
    #expect(ShardDivision(blocks: 10, weights: [7, 0, 3]).blockCounts == [7, 0, 3])
    #expect(ShardDivision(blocks: 0, weights: [1, 2]).blockCounts == [0, 0])
  }

  @Test("weights of any magnitude divide", arguments: [1e-300, 1, 1e300])
  func magnitude(scale: Double) {
    #expect(ShardDivision(blocks: 9, weights: [scale, 2 * scale]).blockCounts == [3, 6])
  }

  @Test("ranges follow each other, and even shares differ by one at most", arguments: 1..<9)
  func ranges(shards: Int) {
    for blocks in 0..<20 {
      let division = ShardDivision(blocks: blocks, shards: shards)
      let ranges = (1...shards).map { division[$0] }
      #expect(ranges.flatMap { Array($0) } == Array(0..<blocks))
      let sizes = ranges.map(\.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
  }

  @Test("blocks cover the rows, the last one shorter")
  func blocks() {
    let blocks = RowBlocks(rowCount: 10, blockRows: 4)
    #expect((0..<blocks.count).map { blocks[$0] } == [0..<4, 4..<8, 8..<10])
    #expect(blocks.rows(1..<3) == 4..<10)
    #expect(blocks.rows(3..<3).isEmpty)
    #expect(RowBlocks(rowCount: 0, blockRows: 4).count == 0)
  }
}
