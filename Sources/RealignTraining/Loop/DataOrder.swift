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
