import CRealignMPI
import Foundation

/// The ranks of a job of Open MPI.
///
/// There is one for a process, made by `ProcessGroups.current()`. Calls wait by asking, so that a
/// rank that is lost ends the waiting of all others with `ProcessGroupError.silent`; after that
/// every call throws the same. Values travel as they are: nothing is added up on the way.
public final class MPIGroup: ProcessGroup, @unchecked Sendable {
  /// This process, from 0.
  public let rank: Int
  /// How many processes there are.
  public var size: Int { cards.count }
  /// What every rank told about itself.
  public let cards: [RankCard]
  /// What the library calls itself.
  public let libraryVersion: String

  /// The exit code of a job that can be continued (EX_TEMPFAIL).
  public static let resumableCode: Int32 = 75

  private let valuesPerMessage: Int
  private let lock = NSLock()
  private let heartbeat: Heartbeat
  /// Where transfers that were given up may still write.
  private var abandoned: [Tensor] = []

  /// Joins the job: loads Open MPI, starts it, and meets the other ranks.
  ///
  /// - Throws: `ProcessGroupError.failed` when Open MPI is missing or refuses, or when heartbeats
  ///   do not reach all ranks.
  init(options: MPIOptions) throws {
    libraryVersion = try OpenMPILibrary.load()
    var rank: Int32 = 0
    var size: Int32 = 0
    try OpenMPILibrary.check(rm_start(&rank, &size), "MPI_Init_thread")
    self.rank = Int(rank)
    valuesPerMessage = options.valuesPerMessage
    let socket = try Heartbeat.openSocket()
    let cards = try Self.exchange(
      RankCard(port: socket.port, interfaces: options.interfaces),
      rank: Int(rank),
      size: Int(size),
      options: options
    )
    self.cards = cards
    let lock = lock
    heartbeat = Heartbeat(
      rank: Int(rank),
      cards: cards,
      descriptor: socket.descriptor,
      silenceLimit: options.silenceLimit
    ) { verdict in
      if verdict.isLeading {
        let words = Self.explanation(of: verdict.error, cards: cards)
        let text = "error: \(words); ending without waiting for this step\n"
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
      }
      Self.endAll(Self.resumableCode, verdict, lock)
    }
    try heartbeat.start()
  }

  /// The names of the ranks' hosts, in the order of ranks.
  public var hosts: [String] { cards.map(\.host) }

  /// How many threads this rank may run, so that the ranks of a machine share its processors; the
  /// launcher's binding is respected.
  public var threadsPerRank: Int { RankCard.threads(of: rank, among: cards) }

  /// What happened, with the name of the host.
  public func explanation(of error: ProcessGroupError) -> String {
    Self.explanation(of: error, cards: cards)
  }

  /// Whether this is the lowest rank that is not lost: the one that should speak for all.
  public var isLeading: Bool { heartbeat.verdict?.isLeading ?? (rank == 0) }

  /// Why no call can succeed any more; nil while all ranks live.
  ///
  /// Costs a few nanoseconds; ask between micro-batches to end a long step early.
  public var failure: ProcessGroupError? { heartbeat.failure }

  /// Leaves the job together with the other ranks; no call may follow.
  ///
  /// - Throws: `ProcessGroupError` when a rank does not come.
  public func finish() throws {
    try barrier()
    heartbeat.stop()
    lock.lock()
    defer { lock.unlock() }
    // Every rank has come to the barrier, so what is left is short; a rank stopped in the middle of
    // it must not keep the others.
    let code = Self.resumableCode
    Self.later(seconds: 60) { _exit(code) }
    try OpenMPILibrary.check(rm_finish(), "MPI_Finalize")
  }

  /// Ends this process and all others of the job, stopped ones included.
  ///
  /// Where a rank was lost, the lowest rank left does so, when it has come here, and the others
  /// wait for it: it may be writing a checkpoint.
  ///
  /// - Parameter code: The exit code, not 0; mpirun's too, unless a signal ended the lost rank.
  public func abort(code: Int32) -> Never {
    if heartbeat.notice() != nil {
      let end = Backoff.clock + 120
      while heartbeat.verdict?.isLeading == false, Backoff.clock < end {
        if let code = heartbeat.othersEnding { _exit(code) }
        usleep(20_000)
      }
    }
    heartbeat.announceEnd(code)
    Self.endAll(code, heartbeat.verdict, lock)
  }

  /// Ends all ranks by MPI, or at least this one, which the launcher notices.
  private static func endAll(_ code: Int32, _ verdict: Heartbeat.Verdict?, _ lock: NSLock) -> Never
  {
    // Where a host is gone, the launcher waits for its daemon there as long as TCP tries to reach
    // it, a quarter of an hour, with nothing left to do.
    if verdict?.isElsewhere == true,
      let launcher = ProcessIdentity.ancestor(named: ["mpirun", "orterun", "orted", "prted"])
    {
      _ = rm_kill_later(launcher.number, 2000)
    }
    later(seconds: 1.5) { _exit(code) }
    // MPI may be called by one thread at a time.
    if lock.try() { rm_abort(code) }
    _exit(code)
  }

  private static func later(seconds: Double, _ body: @escaping @Sendable () -> Void) {
    Thread {
      Thread.sleep(forTimeInterval: seconds)
      body()
    }.start()
  }

  private static func explanation(of error: ProcessGroupError, cards: [RankCard]) -> String {
    guard case .silent(let rank, let seconds) = error, cards.indices.contains(rank) else {
      return "\(error)"
    }
    let place = "rank \(rank) on host \(cards[rank].host) (process \(cards[rank].process))"
    return seconds == 0
      ? "\(place) has died"
      : "\(place) has been silent for \(seconds) s: it is stopped, hung or cut off"
  }

  /// Everybody's cards; nobody is watched yet.
  private static func exchange(
    _ card: RankCard,
    rank: Int,
    size: Int,
    options: MPIOptions
  ) throws -> [RankCard] {
    let transfers = MPITransfers(
      rank: rank,
      size: size,
      valuesPerMessage: options.valuesPerMessage
    ) { nil }
    let all = try transfers.gather(Array(try JSONEncoder().encode(card)))
    return try all.map { try JSONDecoder().decode(RankCard.self, from: Data($0)) }
  }

  /// Makes transfers on behalf of one call.
  ///
  /// - Parameter tensors: What they read and write.
  func transfer<R>(
    _ tensors: [Tensor] = [],
    _ body: (MPITransfers) throws -> R
  ) throws -> R {
    lock.lock()
    defer { lock.unlock() }
    if let failure = heartbeat.notice() { throw failure }
    let transfers = MPITransfers(rank: rank, size: size, valuesPerMessage: valuesPerMessage) {
      [heartbeat] in heartbeat.notice()
    }
    do {
      return try body(transfers)
    } catch {
      // Messages under way may still be written into memory that MPI was given.
      abandoned += tensors
      throw error
    }
  }
}
