import RealignNumerics

/// The order in which rows are visited: a pure function of (seed, epoch).
public struct DataOrder: Sendable {
  /// Number of rows.
  public let count: Int
  /// Seed of the shuffles.
  public let seed: UInt64
  /// Whether each epoch is shuffled; otherwise file order.
  public let shuffles: Bool

  /// Creates an order over `count` rows.
  public init(count: Int, seed: UInt64, shuffles: Bool) {
    self.count = count
    self.seed = seed
    self.shuffles = shuffles
  }

  /// All rows of an epoch in visiting order.
  public func rows(epoch: Int) -> [Int] {
    guard shuffles else { return Array(0..<count) }
    var stream = RandomStream(seed: seed, name: "order/\(epoch)")
    return stream.permutation(count)
  }
}

extension TrainerSettings {
  /// Updates whose rows are looked at one by one to find the largest micro-batch.
  private static let examinedSteps = 20_000

  /// The greatest sum of a size over the rows of a micro-batch, among those that a run will see;
  /// of very long runs, among all that are possible.
  ///
  /// - Parameter sizes: Of every row.
  public func largestMicroBatch(_ sizes: [Int]) -> Int {
    let total = totalSteps(rows: sizes.count)
    guard !sizes.isEmpty, total <= Self.examinedSteps else {
      return sizes.sorted(by: >).prefix(perDeviceTrainBatchSize).reduce(0, +)
    }
    var windows = WindowSequence(
      order: DataOrder(count: sizes.count, seed: seed, shuffles: shuffle),
      settings: self
    )
    return (0..<total).flatMap { windows.microBatches(step: $0) }
      .map { $0.reduce(0) { $0 + sizes[$1] } }.max() ?? 0
  }
}

/// The rows of each update, epoch after epoch; epochs never mix within an update.
struct WindowSequence {
  private let order: DataOrder
  private let windowRows: Int
  private let microRows: Int
  private var epochRows: [Int] = []
  private var epoch = -1

  init(order: DataOrder, settings: TrainerSettings) {
    self.order = order
    microRows = settings.perDeviceTrainBatchSize
    windowRows = microRows * settings.gradientAccumulationSteps
  }

  /// The micro-batches of an update, counted from 0 over the whole run.
  mutating func microBatches(step: Int) -> [[Int]] {
    let windows = max(1, (order.count + windowRows - 1) / windowRows)
    if step / windows != epoch {
      epoch = step / windows
      epochRows = order.rows(epoch: epoch)
    }
    let start = (step % windows) * windowRows
    let window = epochRows[start..<min(start + windowRows, epochRows.count)]
    return stride(from: window.startIndex, to: window.endIndex, by: microRows).map {
      Array(window[$0..<min($0 + microRows, window.endIndex)])
    }
  }
}
