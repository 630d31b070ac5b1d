import Foundation
import RealignTestSupport
import Synchronization
import Testing

@testable import RealignNumerics

@Suite struct HeartbeatTests {
  /// Heartbeats of several ranks in this process, which see of each other what other hosts would.
  private struct Ranks {
    let cards: [RankCard]
    let beats: [Heartbeat]
    /// Ranks that ended because nobody acted upon a loss.
    let ended = Ended()

    final class Ended: Sendable {
      private let ranks = Mutex<[Int]>([])
      func add(_ rank: Int) { ranks.withLock { if !$0.contains(rank) { $0.append(rank) } } }
      var all: [Int] { ranks.withLock { $0.sorted() } }
    }

    init(_ size: Int, limit: Double, isVisible: Bool = false) throws {
      var cards: [RankCard] = []
      var descriptors: [Int32] = []
      for rank in 0..<size {
        let socket = try Heartbeat.openSocket()
        descriptors.append(socket.descriptor)
        var card = try RankCard(port: socket.port, interfaces: [])
        if !isVisible { card.processes = "of rank \(rank)" }
        cards.append(card)
      }
      self.cards = cards
      let ended = ended
      beats = (0..<size).map { rank in
        Heartbeat(rank: rank, cards: cards, descriptor: descriptors[rank], silenceLimit: limit) {
          _ in ended.add(rank)
        }
      }
    }

    /// Starts all; each waits for the others.
    func start() throws {
      let beats = beats
      _ = try ThreadGroup.run(beats.count) { try beats[$0.rank].start() }
    }

    func stop() { for beat in beats { beat.stop() } }
  }

  /// Waits at most a minute: on a busy machine everything takes its time.
  private static func eventually(_ holds: () -> Bool) -> Bool {
    for _ in 0..<6000 {
      if holds() { return true }
      usleep(10_000)
    }
    return false
  }

  @Test func `all hear each other and nobody is lost`() throws {
    let ranks = try Ranks(3, limit: 4)
    defer { ranks.stop() }
    try ranks.start()
    usleep(5_000_000)
    #expect(ranks.beats.allSatisfy { $0.failure == nil && $0.verdict == nil })
  }

  @Test func `a rank that falls silent is lost to all, who name it and its lowest left leads`()
    throws
  {
    let ranks = try Ranks(3, limit: 1)
    defer { ranks.stop() }
    try ranks.start()
    ranks.beats[0].stop()
    for rank in 1...2 {
      #expect(Self.eventually { ranks.beats[rank].notice() != nil })
      guard case .silent(0, let seconds) = ranks.beats[rank].failure else {
        Issue.record("rank \(rank): \(ranks.beats[rank].failure as Any)")
        continue
      }
      #expect(seconds >= 1)
      #expect(ranks.beats[rank].verdict?.isLeading == (rank == 1))
      #expect(ranks.beats[rank].verdict?.isElsewhere == true)
    }
    // Both have noticed, so they are left to save what they have.
    usleep(2_500_000)
    #expect(ranks.ended.all == [])
  }

  @Test func `a loss that nobody notices ends the process`() throws {
    let ranks = try Ranks(2, limit: 1)
    defer { ranks.stop() }
    try ranks.start()
    ranks.beats[1].stop()
    #expect(Self.eventually { ranks.ended.all == [0] })
  }

  @Test func `a process that is seen to live is not lost by its silence`() throws {
    let ranks = try Ranks(2, limit: 1, isVisible: true)
    defer { ranks.stop() }
    try ranks.start()
    ranks.beats[1].stop()
    usleep(3_000_000)
    #expect(ranks.beats[0].failure == nil)
  }

  @Test func `the end of the job is announced with its code`() throws {
    let ranks = try Ranks(2, limit: 30)
    defer { ranks.stop() }
    try ranks.start()
    ranks.beats[1].announceEnd(75)
    #expect(Self.eventually { ranks.beats[0].othersEnding == 75 })
  }

  @Test func `a rank that is never heard is named with its host and what may be wrong`() throws {
    let ranks = try Ranks(2, limit: 5)
    defer { ranks.stop() }
    let host = ranks.cards[1].host
    let words = "no heartbeat (UDP) has come from rank 1 on \(host) within 0 s"
    do {
      try ranks.beats[0].start(within: 0.2)
      Issue.record("nobody is there to be heard")
    } catch {
      #expect("\(error)".hasPrefix(words))
      #expect("\(error)".contains("REALIGN_DISTRIBUTED_INTERFACE"))
    }
  }

  @Test func `messages come back as they were`() {
    let token: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 255]
    let messages = [
      HeartbeatMessage(token: token, from: 0, to: 2),
      HeartbeatMessage(token: token, from: 1, to: 0, loss: .init(rank: 2, seconds: 6), ending: 75),
      HeartbeatMessage(token: token, from: 2, to: 1, loss: .init(rank: 0, seconds: 0)),
    ]
    for message in messages {
      #expect(message.bytes.count == HeartbeatMessage.length)
      #expect(HeartbeatMessage(message.bytes, token: token, size: 3) == message)
    }
  }

  @Test func `foreign and broken messages are not taken`() {
    let token: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    let bytes = HeartbeatMessage(token: token, from: 1, to: 0).bytes
    #expect(HeartbeatMessage(bytes, token: token.reversed(), size: 2) == nil)
    #expect(HeartbeatMessage(Array(bytes.dropLast()), token: token, size: 2) == nil)
    #expect(HeartbeatMessage(bytes + [0], token: token, size: 2) == nil)
    #expect(HeartbeatMessage([], token: token, size: 2) == nil)
    // From a rank that the job does not have.
    #expect(HeartbeatMessage(bytes, token: token, size: 1) == nil)
    for position in 8..<bytes.count {
      var wrong = bytes
      wrong[position] ^= 0x80
      let message = HeartbeatMessage(wrong, token: token, size: 2)
      #expect(message.map { (0..<2).contains($0.from) && (0..<2).contains($0.to) } ?? true)
      #expect(message?.loss == nil)
    }
  }
}
