import Foundation
import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite struct PeerWatchTests {
  private typealias Loss = PeerWatch.Loss

  /// Rank 0 of three, who have all been heard at time 0.
  private static func watch(limit: Double = 5) -> PeerWatch {
    var watch = PeerWatch(rank: 0, size: 3, limit: limit, now: 0)
    watch.hear(1)
    watch.hear(2)
    return watch
  }

  @Test func `a silent rank is lost at the limit, one that is heard is not`() {
    var watch = Self.watch()
    for turn in 1...19 {
      watch.advance(to: Double(turn) * 0.25)
      watch.hear(2)
    }
    #expect(watch.lost { _ in .unknown } == [])
    watch.advance(to: 5)
    #expect(watch.lost { _ in .unknown } == [Loss(rank: 1, seconds: 5)])
    #expect(watch.silence(of: 2) == 0.25)
  }

  @Test func `one late turn takes nobody for lost`() {
    var watch = Self.watch()
    watch.advance(to: 3600)
    #expect(watch.lost { _ in .unknown } == [])
    // Four more late turns without a word are silence all the same.
    for hour in 2...5 { watch.advance(to: Double(hour) * 3600) }
    #expect(watch.lost { _ in .unknown }.map(\.rank) == [1, 2])
  }

  @Test func `a clock that goes backwards counts nothing`() {
    var watch = Self.watch()
    for turn in 0..<100 { watch.advance(to: -Double(turn)) }
    #expect(watch.silence(of: 1) == 0)
  }

  @Test func `a process that has ended is lost at once`() {
    var watch = Self.watch()
    watch.advance(to: 0.25)
    #expect(watch.lost { $0 == 2 ? .gone : .alive } == [Loss(rank: 2, seconds: 0)])
  }

  @Test func `a process that is seen to live is only starved, for a minute`() {
    var watch = Self.watch()
    for turn in 1...59 { watch.advance(to: Double(turn)) }
    #expect(watch.lost { $0 == 1 ? .alive : .stopped } == [Loss(rank: 2, seconds: 59)])
    watch.advance(to: 60)
    #expect(watch.lost { _ in .alive } == [Loss(rank: 1, seconds: 60), Loss(rank: 2, seconds: 60)])
  }

  @Test func `those never heard are known`() {
    var watch = PeerWatch(rank: 1, size: 3, limit: 5, now: 100)
    #expect(watch.unheard == [0, 2])
    watch.hear(2)
    #expect(watch.unheard == [0])
  }
}

@Suite struct ProcessIdentityTests {
  /// A process of this machine that sleeps for a minute.
  private static func sleeper() throws -> (process: Process, identity: ProcessIdentity) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["60"]
    try process.run()
    let number = process.processIdentifier
    let text = try String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
    let started = try #require(text.split(separator: " ").dropFirst(21).first.flatMap { Int($0) })
    return (process, ProcessIdentity(number: number, started: started))
  }

  private static func awaitState(
    _ state: ProcessIdentity.State,
    of identity: ProcessIdentity
  ) -> Bool {
    for _ in 0..<1000 {
      if identity.state == state { return true }
      usleep(10_000)
    }
    return false
  }

  @Test func `this process lives`() throws {
    let own = try #require(ProcessIdentity.own)
    #expect(own.number == getpid())
    #expect(own.state == .alive)
  }

  @Test func `a stopped process is told from one that has ended`() throws {
    let (process, identity) = try Self.sleeper()
    #expect(Self.awaitState(.alive, of: identity))
    kill(process.processIdentifier, SIGSTOP)
    #expect(Self.awaitState(.stopped, of: identity))
    kill(process.processIdentifier, SIGKILL)
    #expect(Self.awaitState(.gone, of: identity))
    process.waitUntilExit()
    #expect(identity.state == .gone)
  }

  @Test func `a later process with the number of an earlier one is another`() throws {
    let own = try #require(ProcessIdentity.own)
    #expect(ProcessIdentity(number: own.number, started: own.started - 1).state == .gone)
  }

  @Test func `no launcher is found where none is`() {
    #expect(ProcessIdentity.ancestor(named: ["no program has this name"]) == nil)
  }
}
