/// Decides who of a group is lost, from when each was heard.
///
/// Silence is counted by the watcher's own turns: a turn that comes late counts as one second at
/// most. So a watcher that was starved, or a machine that slept, takes nobody for lost before it
/// has listened, and where everybody gets few turns silence counts slowly for everybody.
struct PeerWatch {
  /// Seconds of silence after which a rank is lost.
  let limit: Double
  private let rank: Int
  private var clock = 0.0
  private var last: Double
  private var heard: [Double?]

  /// Most seconds that one turn counts.
  private static let longestTurn = 1.0
  /// A process that is plainly alive on this machine, only starved or in the hands of a slow
  /// disk, is given this many times the limit.
  private static let patience = 12.0

  /// A rank that is lost.
  struct Loss: Equatable {
    /// Who.
    let rank: Int
    /// Whole seconds of silence; 0 for a process that has ended.
    let seconds: Int
  }

  /// Watches the ranks below `size` but `rank`, from a time in seconds.
  init(rank: Int, size: Int, limit: Double, now: Double) {
    self.rank = rank
    self.limit = limit
    last = now
    heard = [Double?](repeating: nil, count: size)
  }

  /// Ends a turn.
  mutating func advance(to now: Double) {
    clock += min(max(now - last, 0), Self.longestTurn)
    last = now
  }

  /// A sign of life.
  mutating func hear(_ rank: Int) { heard[rank] = clock }

  /// Those of whom nothing was heard at all.
  var unheard: [Int] { heard.indices.filter { $0 != rank && heard[$0] == nil } }

  /// Seconds since a rank was heard, or since the watch began.
  func silence(of rank: Int) -> Double { clock - (heard[rank] ?? 0) }

  /// All lost ranks, in order.
  ///
  /// - Parameter state: What the system knows of a rank's process.
  func lost(_ state: (Int) -> ProcessIdentity.State) -> [Loss] {
    heard.indices.compactMap { other in
      guard other != rank else { return nil }
      let silence = silence(of: other)
      switch state(other) {
      case .gone: return Loss(rank: other, seconds: 0)
      case .alive where silence < Self.patience * limit: return nil
      default: return silence < limit ? nil : Loss(rank: other, seconds: Int(silence))
      }
    }
  }
}
