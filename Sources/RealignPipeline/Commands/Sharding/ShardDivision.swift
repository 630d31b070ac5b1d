/// How blocks are divided among shards: consecutive blocks, shard after shard.
struct ShardDivision: Sendable, Equatable {
  /// Blocks of each shard; a shard may have none.
  let blockCounts: [Int]

  /// A division that is known.
  init(blockCounts: [Int]) { self.blockCounts = blockCounts }

  /// Divides in proportion to weights, by largest remainder; the earlier of equals is served first.
  ///
  /// Whole weights whose sum is the number of blocks are taken as they are.
  ///
  /// - Precondition: The weights are finite, not negative, and not all zero.
  init(blocks: Int, weights: [Double]) {
    // Scaled first, so that the sum of large weights stays finite.
    let greatest = weights.max() ?? 0
    precondition(
      greatest > 0 && weights.allSatisfy { $0.isFinite && $0 >= 0 },
      "weights \(weights.prefix(8))"
    )
    let isExact =
      weights.allSatisfy { $0 == $0.rounded() } && weights.reduce(0, +) == Double(blocks)
    if isExact {
      blockCounts = weights.map { Int($0) }
      return
    }
    let scaled = weights.map { $0 / greatest }
    let total = scaled.reduce(0, +)
    let quotas = scaled.map { Double(blocks) * ($0 / total) }
    var counts = quotas.map { Int($0.rounded(.down)) }
    let order = quotas.indices.sorted { left, right in
      let (a, b) = (quotas[left] - Double(counts[left]), quotas[right] - Double(counts[right]))
      return a != b ? a > b : left < right
    }
    var missing = blocks - counts.reduce(0, +)
    for index in order where missing > 0 {
      counts[index] += 1
      missing -= 1
    }
    // Rounding can have given one too many, to those with the least left over.
    for index in order.reversed() where missing < 0 && counts[index] > 0 {
      counts[index] -= 1
      missing += 1
    }
    blockCounts = counts
  }

  /// Divides evenly; the first shards have one block more where it does not come out even.
  init(blocks: Int, shards: Int) {
    precondition(shards > 0, "\(shards) shards")
    blockCounts = (0..<shards).map { blocks / shards + ($0 < blocks % shards ? 1 : 0) }
  }

  /// The blocks of a shard, counted from 1.
  subscript(number: Int) -> Range<Int> {
    let start = blockCounts.prefix(number - 1).reduce(0, +)
    return start..<start + blockCounts[number - 1]
  }
}
