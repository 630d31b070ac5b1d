import CRealignMPI
import Foundation
import Synchronization

/// A thread that tells the other ranks several times a second that this process lives, and listens
/// for them; it uses no MPI, so it goes on whatever the rest of the process does.
///
/// A rank that is stopped, or cut off with its host, falls silent; one whose process this rank can
/// see is looked at as well. Datagrams, since no connection has to be made or can get stuck: to
/// every address of a rank that has not been heard lately, otherwise to the one it answers from.
/// What was found lost is passed on, so that all ranks name the same one.
final class Heartbeat: @unchecked Sendable {
  private let rank: Int
  private let cards: [RankCard]
  private let descriptor: Int32
  private let candidates: [[rm_endpoint]]
  private let processes: [ProcessIdentity?]
  /// Called when a loss was not noticed or not acted upon in time; does not return.
  private let endProcess: @Sendable (Verdict) -> Void

  /// What a loss means for this process.
  struct Verdict {
    /// Why the group cannot go on.
    let error: ProcessGroupError
    /// Whether this is the lowest rank that is not lost: the one that speaks and ends the job.
    ///
    /// A rank that others take for lost is not: it was stopped, and continues while it is ended.
    let isLeading: Bool
    /// Whether the lost process is out of this one's sight, so that all of its host may be gone.
    let isElsewhere: Bool
  }

  private struct State {
    var watch: PeerWatch
    var answers: [rm_endpoint?]
    var loss: PeerWatch.Loss?
    /// The rank that has not heard of this one.
    var accuser: Int?
    var foundAt = 0.0
    var noticedAt: Double?
    var ending: Int32?
    var othersEnding: Int32?
  }

  private let state: Mutex<State>
  private let hasFailed = Atomic<Bool>(false)
  private let isStopping = Atomic<Bool>(false)
  private let isStarted = Atomic<Bool>(false)

  /// Seconds between two signs of life.
  static let interval = 0.25
  /// The same while some rank has never been heard.
  private static let firstInterval = 0.02
  /// Seconds in which a loss must be noticed by a call to the group, and in which a process that
  /// noticed must end, a checkpoint written.
  private static let noticeTime = 2.0
  private static let endingTime = 120.0
  /// Most messages taken in one turn.
  private static let mostMessages = 100_000

  /// A socket on a free port, for heartbeats.
  ///
  /// - Throws: `ProcessGroupError.failed` when the system has none.
  static func openSocket() throws -> (descriptor: Int32, port: UInt16) {
    var port: UInt16 = 0
    let descriptor = rm_datagram_open(&port)
    guard descriptor >= 0 else {
      let words = String(cString: strerror(-descriptor))
      throw ProcessGroupError.failed("no socket for heartbeats: \(words)")
    }
    return (descriptor, port)
  }

  /// A thread for one of the ranks; it does not run yet.
  ///
  /// - Parameters:
  ///   - descriptor: Of the socket whose port the rank's card names.
  ///   - endProcess: Ends this process, and the job if it can.
  init(
    rank: Int,
    cards: [RankCard],
    descriptor: Int32,
    silenceLimit: Double,
    endProcess: @escaping @Sendable (Verdict) -> Void
  ) {
    self.rank = rank
    self.cards = cards
    self.descriptor = descriptor
    self.endProcess = endProcess
    let own = cards[rank]
    candidates = cards.map { card in
      let addresses = own.sharesNetwork(with: card) ? [Self.loopback] : card.addresses
      return addresses.map { Self.endpoint($0, port: card.port) }
    }
    processes = cards.map { own.visibleProcess($0) }
    let watch = PeerWatch(
      rank: rank,
      size: cards.count,
      limit: silenceLimit,
      now: Backoff.clock
    )
    state = Mutex(State(watch: watch, answers: cards.map { _ in nil }))
  }

  /// Starts the thread and waits until every rank has been heard.
  ///
  /// - Throws: `ProcessGroupError.failed` naming the ranks that were not.
  func start(within seconds: Double = 30) throws {
    let thread = Thread { [self] in run() }
    thread.name = "realign-heartbeat"
    thread.start()
    let end = Backoff.clock + seconds
    while true {
      let unheard = state.withLock { $0.watch.unheard }
      if unheard.isEmpty { break }
      guard Backoff.clock < end else {
        isStopping.store(true, ordering: .relaxed)
        throw ProcessGroupError.failed(
          "no heartbeat (UDP) has come from "
            + unheard.map { "rank \($0) on \(cards[$0].host)" }.joined(separator: ", ")
            + " within \(Int(seconds)) s: a firewall, or a wrong network interface; "
            + "\(MPIOptions.interfaceVariable) chooses the interface"
        )
      }
      usleep(5000)
    }
    isStarted.store(true, ordering: .relaxed)
  }

  /// Ends the thread: from now on nobody is watched.
  func stop() { isStopping.store(true, ordering: .relaxed) }

  /// Why the group cannot go on; nil while nobody is lost.
  var failure: ProcessGroupError? {
    guard hasFailed.load(ordering: .acquiring) else { return nil }
    return state.withLock { Self.failure($0) }
  }

  /// As `failure`, by a caller who will save what there is to save and end the job.
  func notice() -> ProcessGroupError? {
    guard hasFailed.load(ordering: .acquiring) else { return nil }
    return state.withLock {
      $0.noticedAt = $0.noticedAt ?? Backoff.clock
      return Self.failure($0)
    }
  }

  /// What the failure means for this process; nil while nobody is lost.
  var verdict: Verdict? {
    state.withLock { state in
      guard let error = Self.failure(state) else { return nil }
      var lost = Set(state.watch.lost(processState).map(\.rank))
      if let loss = state.loss { lost.insert(loss.rank) }
      let isWanted = state.accuser == nil && state.othersEnding == nil
      return Verdict(
        error: error,
        isLeading: isWanted && (0..<rank).allSatisfy { lost.contains($0) },
        isElsewhere: state.loss.map { processes[$0.rank] == nil } ?? false
      )
    }
  }

  /// The code with which another rank is ending the job.
  var othersEnding: Int32? { state.withLock { $0.othersEnding } }

  /// Tells the others that this rank is ending the job.
  func announceEnd(_ code: Int32) {
    state.withLock { $0.ending = code }
    beat()
  }

  private static func failure(_ state: State) -> ProcessGroupError? {
    if let loss = state.loss { return .silent(rank: loss.rank, seconds: loss.seconds) }
    return state.accuser.map { .failed("rank \($0) has not heard of this rank any more") }
  }

  private func run() {
    while !isStopping.load(ordering: .relaxed) {
      beat()
      let isNew = state.withLock { !$0.watch.unheard.isEmpty }
      listen(until: Backoff.clock + (isNew ? Self.firstInterval : Self.interval))
      if isStarted.load(ordering: .relaxed) { judge() }
    }
    close(descriptor)
  }

  private func processState(_ rank: Int) -> ProcessIdentity.State {
    processes[rank]?.state ?? .unknown
  }

  /// Sends a sign of life to every other rank.
  private func beat() {
    let (answers, loss, ending) = state.withLock { state in
      // An address is believed as long as it is good for an answer.
      let answers = state.answers.enumerated().map { other, answer in
        state.watch.silence(of: other) < 2 ? answer : nil
      }
      return (answers, state.loss, state.ending)
    }
    for other in cards.indices where other != rank {
      let message = HeartbeatMessage(
        token: cards[0].token,
        from: rank,
        to: other,
        loss: loss,
        ending: ending
      ).bytes
      for var target in answers[other].map({ [$0] }) ?? candidates[other] {
        // What cannot be sent is not heard, and that is noticed.
        _ = rm_datagram_send(descriptor, &target, message, Int32(message.count))
      }
    }
  }

  private func listen(until end: Double) {
    var bytes = [UInt8](repeating: 0, count: HeartbeatMessage.length + 1)
    var source = rm_endpoint()
    // Late turns take what has come meanwhile, but a flood does not hold them up.
    for _ in 0..<Self.mostMessages where !isStopping.load(ordering: .relaxed) {
      let left = end - Backoff.clock
      let length = rm_datagram_receive(
        descriptor,
        Int32(max(0, left * 1000)),
        &bytes,
        Int32(bytes.count),
        &source
      )
      if length >= 0 {
        if let message = HeartbeatMessage(
          Array(bytes.prefix(Int(length))),
          token: cards[0].token,
          size: cards.count
        ), message.to == rank, message.from != rank {
          state.withLock { take(message, from: source, &$0) }
        }
      } else if left <= 0 {
        return
      }
    }
  }

  private func take(_ message: HeartbeatMessage, from source: rm_endpoint, _ state: inout State) {
    state.watch.hear(message.from)
    state.answers[message.from] = source
    if let code = message.ending { state.othersEnding = code }
    guard let loss = message.loss, state.loss == nil, state.accuser == nil else { return }
    if loss.rank == rank { state.accuser = message.from } else { state.loss = loss }
    state.foundAt = Backoff.clock
    hasFailed.store(true, ordering: .releasing)
  }

  /// Looks for lost ranks, and ends the process when a loss has had no consequence.
  private func judge() {
    let now = Backoff.clock
    let isOverdue = state.withLock { state -> Bool in
      state.watch.advance(to: now)
      if state.loss == nil, state.accuser == nil,
        let found = state.watch.lost(processState).first
      {
        state.foundAt = now
        state.loss = found
        hasFailed.store(true, ordering: .releasing)
      }
      guard Self.failure(state) != nil else { return false }
      return state.noticedAt.map { now - $0 > Self.endingTime }
        ?? (now - state.foundAt > Self.noticeTime)
    }
    if isOverdue, let verdict { endProcess(verdict) }
  }

  private static let loopback: [UInt8] =
    [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 127, 0, 0, 1]

  private static func endpoint(_ address: [UInt8], port: UInt16) -> rm_endpoint {
    var endpoint = rm_endpoint()
    withUnsafeMutableBytes(of: &endpoint.address) { $0.copyBytes(from: address) }
    endpoint.port = port
    return endpoint
  }
}
