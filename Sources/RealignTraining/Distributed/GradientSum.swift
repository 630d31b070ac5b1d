import RealignModels
import RealignNumerics

/// The gradients of an update: those of this rank's micro-batches, each apart, then their sum over
/// all ranks in the order of `SummationTree`.
///
/// With one micro-batch per update there is one buffer, and nothing is added or copied.
struct GradientSum {
  /// Each rank's slice of the flat gradients.
  let slices: [Range<Int>]
  private let model: LanguageModel
  private let group: any ProcessGroup
  private var free: [Gradients] = []
  private var tree = Self.tree()

  init(for model: LanguageModel, over group: any ProcessGroup) {
    self.model = model
    self.group = group
    slices = WindowShares.slices(model.trainable.layout.count, ranks: group.size)
  }

  private static func tree() -> SummationTree<Gradients> {
    SummationTree { $0.trainable.add($1.trainable) }
  }

  /// Most buffers that a rank needs at a time for an update of so many micro-batches.
  static func buffers(microBatches: Int, ranks: Int) -> Int {
    WindowShares.ranges(microBatches, ranks: ranks)
      .map { SummationTree<Void>.shape(of: $0).values }.max() ?? 1
  }

  /// A buffer, contents undefined.
  private mutating func buffer() -> Gradients { free.popLast() ?? Gradients(for: model) }

  /// Room for all gradients, of use to others between two updates.
  mutating func room() -> Tensor {
    start()
    let gradients = buffer()
    free.append(gradients)
    return gradients.trainable
  }

  /// Forgets an update that was left unfinished.
  mutating func start() {
    free += tree.blocks.map(\.value)
    tree = Self.tree()
  }

  /// Adds a micro-batch of this rank; they come in order.
  ///
  /// - Parameters:
  ///   - index: In the window.
  ///   - compute: Adds the gradients of the micro-batch to zeros.
  mutating func add<R>(_ index: Int, _ compute: (Gradients) throws -> R) rethrows -> R {
    let gradients = buffer()
    gradients.clear()
    let result = try compute(gradients)
    free += tree.append(.init(start: index, count: 1, value: gradients))
    return result
  }

  /// The sum over the window.
  ///
  /// - Parameters:
  ///   - window: How many micro-batches it has.
  ///   - isWhole: Whether every rank needs all of it, or only its slice.
  /// - Returns: Gradients that stay as they are until the next update.
  /// - Throws: `ProcessGroupError`.
  mutating func finish(window: Int, isWhole: Bool) throws -> Tensor {
    guard group.size > 1 else {
      let (sum, rest) = tree.finish()
      free += rest
      // The next update takes the same memory first.
      free += [sum].compactMap { $0 }
      return sum?.trainable ?? buffer().trainable
    }
    let own = tree.blocks.map(\.value)
    let sum = own.first ?? buffer()
    start()
    if own.isEmpty { free.append(sum) }
    let sent = own.isEmpty ? [sum.trainable] : own.map(\.trainable)
    let shapes = WindowShares.ranges(window, ranks: group.size)
      .map { SummationTree<Void>.shape(of: $0).blocks }
    try exchange(sent, shapes: shapes, into: sum.trainable)
    if isWhole { try group.allGather(sum.trainable, ranges: slices) }
    return sum.trainable
  }

  /// Floats of a slice that are received from every rank at a time, so that the parts to be added
  /// are still in the cache, and room for them stays small.
  private static func pieceElements(ranks: Int) -> Int {
    max(Tensor.elementsPerBlock, (1 << 21) / ranks)
  }

  /// Sends every rank its slice of this rank's blocks, and adds up all ranks' blocks in the slice
  /// of this one.
  ///
  /// - Parameters:
  ///   - sent: This rank's blocks.
  ///   - shapes: Every rank's blocks.
  ///   - sum: Receives the sum in this rank's slice; may be the first block.
  private func exchange(_ sent: [Tensor], shapes: [[Range<Int>]], into sum: Tensor) throws {
    let piece = Self.pieceElements(ranks: group.size)
    let longest = slices.map(\.count).max() ?? 0
    // All ranks make as many exchanges as the one with the most blocks.
    let rounds = shapes.map(\.count).max() ?? 1
    let rooms = (0..<rounds).map { _ in
      (0..<group.size).map { _ in
        Tensor(temporaryRows: 1, columns: min(piece, slices[group.rank].count))
      }
    }
    for start in stride(from: 0, to: longest, by: piece) {
      let ranges = slices.map { slice in
        min(
          slice.upperBound,
          slice.lowerBound + start
        )..<min(slice.upperBound, slice.lowerBound + start + piece)
      }
      let own = ranges[group.rank]
      let received = rooms.map { $0.map { $0.slice(0..<own.count) } }
      for round in 0..<rounds {
        try group.exchange(
          sent[min(round, sent.count - 1)],
          ranges: ranges,
          into: received[round]
        )
      }
      guard !own.isEmpty else { continue }
      var tree = SummationTree<Tensor> { $0.add($1) }
      for (rank, blocks) in shapes.enumerated() {
        for (round, block) in blocks.enumerated() {
          _ = tree.append(
            .init(start: block.lowerBound, count: block.count, value: received[round][rank])
          )
        }
      }
      if let total = tree.finish().sum { sum.slice(own).copy(from: total) }
    }
  }
}
