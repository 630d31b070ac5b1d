/// A sum over the micro-batches of an update whose order of additions is fixed by their indices.
///
/// Neighbouring blocks of 2^k micro-batches are added where the left one starts at a multiple of
/// 2^(k+1), as a binary counter carries; what is left at the end is added from the right. The sum
/// is thus one nested expression of the window, whoever computed which blocks of it, and its
/// rounding grows with the logarithm of their number (pairwise summation; Higham 2002, *Accuracy
/// and Stability of Numerical Algorithms*, section 4.2).
struct SummationTree<Value> {
  /// The sum of neighbouring micro-batches.
  struct Block {
    var start: Int
    /// A power of two.
    var count: Int
    var value: Value
  }

  /// Sums that no neighbour has been added to yet, in the order of the window.
  private(set) var blocks: [Block] = []
  /// Adds the second value to the first.
  private let add: (Value, Value) -> Void

  init(adding add: @escaping (Value, Value) -> Void) { self.add = add }

  /// Appends the block that follows, and adds up what can be.
  ///
  /// - Returns: Values that were added to others and are free again.
  mutating func append(_ block: Block) -> [Value] {
    precondition(
      blocks.last.map { $0.start + $0.count == block.start } ?? true,
      "micro-batch \(block.start) after \(blocks.last?.start ?? 0)"
    )
    blocks.append(block)
    var free: [Value] = []
    while blocks.count > 1 {
      let (left, right) = (blocks[blocks.count - 2], blocks[blocks.count - 1])
      guard left.count == right.count, left.start % (2 * left.count) == 0 else { break }
      free.append(carry())
    }
    return free
  }

  /// Adds up what is left.
  ///
  /// - Returns: The sum, nil of nothing, and values that are free again.
  mutating func finish() -> (sum: Value?, free: [Value]) {
    var free: [Value] = []
    while blocks.count > 1 { free.append(carry()) }
    return (blocks.popLast()?.value, free)
  }

  /// Adds the last block to the one before it.
  private mutating func carry() -> Value {
    let right = blocks.removeLast()
    add(blocks[blocks.count - 1].value, right.value)
    blocks[blocks.count - 1].count += right.count
    return right.value
  }
}

extension SummationTree<Void> {
  /// The blocks that are left of some micro-batches of a window when all that can be is added up,
  /// and the most values in use at a time, the one being computed included.
  static func shape(of window: Range<Int>) -> (blocks: [Range<Int>], values: Int) {
    var tree = SummationTree { _, _ in }
    var most = 0
    for index in window {
      most = max(most, tree.blocks.count + 1)
      _ = tree.append(Block(start: index, count: 1, value: ()))
    }
    return (tree.blocks.map { $0.start..<$0.start + $0.count }, most)
  }
}
