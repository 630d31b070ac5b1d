import Foundation
import RealignNumerics
import RealignTestSupport
import RealignText
import Synchronization
import Testing

@testable import RealignPipeline

@Suite("Leases")
struct LeaseTests {
  private let folder: TemporaryFolder
  private let shard: String

  init() throws {
    folder = try TemporaryFolder()
    shard = folder.path + "/s.shard-00001-of-00001.jsonl"
  }

  private let first = LeaseOwner(host: "a", process: 7)
  private let second = LeaseOwner(host: "b", process: 7)

  @Test("of many that claim at once one succeeds", arguments: 0..<20)
  func exclusive(round: Int) throws {
    let wins = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    let shard = shard
    let owners = (0..<8).map { LeaseOwner(host: "h\($0)", process: 1) }
    Thread.concurrently(8) { index in
      do {
        if try Lease.claim(shard, generation: 1, owner: owners[index]) != nil {
          wins.add(1, ordering: .relaxed)
        }
      } catch {
        failures.add(1, ordering: .relaxed)
      }
    }
    #expect(wins.load(ordering: .relaxed) == 1)
    #expect(failures.load(ordering: .relaxed) == 0)
    #expect(Lease.holder(of: shard) == 1)
  }

  @Test("a lease lapses when its content has not changed for so long by the looker's clock")
  func lapse() throws {
    let lease = try #require(try Lease.claim(shard, generation: 1, owner: first))
    let clock = Clock()
    var watch = LeaseWatch(seconds: 10) { clock.now }
    func hasLapsed() -> Bool { watch.hasLapsed(lease) }
    #expect(!hasLapsed())
    clock.now = 9.9
    #expect(!hasLapsed())
    lease.renew(owner: first, beat: 1)
    clock.now = 15
    #expect(!hasLapsed())
    clock.now = 24.9
    #expect(!hasLapsed())
    clock.now = 25
    #expect(hasLapsed())
  }

  private final class Clock {
    var now = 0.0
  }

  @Test("the next holder takes over, and the lost one leaves its lease alone")
  func takeover() throws {
    let old = try #require(try Lease.claim(shard, generation: 1, owner: first))
    #expect(!old.isLost)
    let new = try #require(try Lease.claim(shard, generation: 2, owner: second))
    #expect(try Lease.claim(shard, generation: 2, owner: first) == nil)
    #expect(old.isLost)
    #expect(Lease.holder(of: shard) == 2)
    old.release()
    #expect(Lease.holder(of: shard) == 2)
    new.release()
    #expect(try folder.names.isEmpty)
    // Nothing comes back.
    old.renew(owner: first, beat: 3)
    #expect(try folder.names.isEmpty)
  }

  @Test("a lease tells its owner, whatever the beat, in as many bytes")
  func owner() throws {
    let lease = try #require(try Lease.claim(shard, generation: 1, owner: first))
    let size = lease.content?.count
    lease.renew(owner: first, beat: 123_456_789)
    #expect(lease.content?.count == size)
    #expect(first.holds(lease.content))
    #expect(!second.holds(lease.content))
    #expect(!LeaseOwner(host: "a", process: 8).holds(lease.content))
    #expect(!first.holds(Data("{".utf8)))
    #expect(!first.holds(nil))
    Lease.clear(shard)
    #expect(lease.content == nil)
  }

  @Test("a lease is renewed as long as it is kept")
  func kept() throws {
    let lease = try #require(try Lease.claim(shard, generation: 1, owner: first))
    let keeper = LeaseKeeper(lease, owner: first, seconds: 0.04)
    var seen: Set<Data> = []
    // Two seconds at most; three beats take a hundredth of one.
    for _ in 0..<400 where seen.count < 3 {
      if let content = lease.content, first.holds(content) { seen.insert(content) }
      Thread.sleep(forTimeInterval: 0.005)
    }
    keeper.stop()
    #expect(seen.count >= 3)
  }

  @Test("claiming where nothing can be written is an error, not a claim of somebody else")
  func unwritable() {
    let error = #expect(throws: InputError.self) {
      _ = try Lease.claim("/dev/null/shard", generation: 1, owner: first)
    }
    #expect(error?.kind == .cannotCreate)
  }
}

@Suite("Claiming shards")
struct ShardClaimsTests {
  private let folder: TemporaryFolder
  private let output: String

  init() throws {
    folder = try TemporaryFolder()
    output = folder.path + "/out.jsonl"
  }

  private func merged(_ count: Int) throws -> [Int?] {
    _ = try MergeShardsCommand.run(
      MergeShardsCommand.Options(
        shards: (1...count).map { ShardName.path(output, number: $0, of: count) },
        output: output
      ),
      context: CommandContext(output: CollectedOutput())
    )
    return try JSONLines.read(output).map { $0.value["value"]?.intValue }
  }

  private func options(_ count: Int, seconds: Double = 60) -> ShardOptions {
    ShardOptions(shard: "any/\(count)", leaseSeconds: seconds)
  }

  @Test("one worker computes every shard and leaves no lease")
  func alone() throws {
    let work = CountedWork(rowCount: 11)
    try work.run(output, options(4))
    #expect(work.log.computed.count == 6)
    #expect(try folder.names.count == 4)
    #expect(try merged(4) == (0..<11).map { 3 * $0 })
  }

  @Test("several workers at once share the shards without doing one twice")
  func together() throws {
    var work = CountedWork(rowCount: 40)
    work.before = { _ in Thread.sleep(forTimeInterval: 0.002) }
    let (output, options, shared) = (output, options(10), work)
    Thread.concurrently(4) { _ in
      do {
        try shared.run(output, options)
      } catch {
        Issue.record(error)
      }
    }
    #expect(work.log.computed.sorted { $0.lowerBound < $1.lowerBound }.count == 20)
    #expect(try folder.names.count == 10)
    #expect(try merged(10) == (0..<40).map { 3 * $0 })
  }

  @Test("the shard of a worker that died is taken over when its lease has lapsed")
  func takeover() throws {
    let path = ShardName.path(output, number: 2, of: 3)
    let dead = LeaseOwner(host: "gone", process: 1)
    _ = try Lease.claim(path, generation: 1, owner: dead)
    let progress = RecordedProgress()
    let work = CountedWork(rowCount: 11)
    try work.run(output, options(3, seconds: 0.2), progress: progress)
    #expect(progress.warnings.count == 1)
    #expect(progress.warnings.first?.hasPrefix(path) == true)
    #expect(try folder.names.count == 3)
    #expect(try merged(3) == (0..<11).map { 3 * $0 })
  }

  @Test("the shard of a worker that is alive is waited for")
  func waits() throws {
    let path = ShardName.path(output, number: 2, of: 3)
    let owner = LeaseOwner(host: "busy", process: 1)
    let lease = try #require(try Lease.claim(path, generation: 1, owner: owner))
    let keeper = LeaseKeeper(lease, owner: owner, seconds: 0.2)
    let other = CountedWork(rowCount: 11)
    let output = output
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.8)
      try? other.run(output, ShardOptions(shard: "2/3"))
      keeper.stop()
      lease.release()
    }
    let work = CountedWork(rowCount: 11)
    try work.run(output, options(3, seconds: 0.4))
    #expect(!work.log.computed.contains(4..<6))
    #expect(other.log.computed == [4..<6, 6..<8])
    #expect(try merged(3) == (0..<11).map { 3 * $0 })
  }

  @Test("a worker whose lease was taken over gives the shard up")
  func lost() throws {
    let path = ShardName.path(output, number: 1, of: 1)
    var work = CountedWork(rowCount: 11)
    // Between the first and the second block somebody else takes over, finishes, and is gone.
    work.before = { [output] rows in
      guard rows.lowerBound == 0 else { return }
      let thief = LeaseOwner(host: "thief", process: 1)
      let lease = try Lease.claim(path, generation: 2, owner: thief)
      try CountedWork(rowCount: 11).run(output, ShardOptions(shard: "1/1"))
      _ = lease
    }
    try work.run(output, options(1))
    #expect(work.log.computed == [0..<2])
    #expect(try merged(1) == (0..<11).map { 3 * $0 })
  }

  @Test("a damaged shard is computed again, one of other work is in the way")
  func inTheWay() throws {
    try folder.write("half a header", to: "out.shard-00001-of-00002.jsonl")
    let work = CountedWork(rowCount: 11)
    try work.run(output, options(2))
    #expect(work.log.computed.count == 6)
    let other = CountedWork(rowCount: 11, settings: ["factor": 5])
    let error = #expect(throws: InputError.self) { try other.run(output, options(2)) }
    #expect(error?.kind == .badData)
    #expect(error?.field == "settings.factor")
    #expect(other.log.computed.isEmpty)
  }
}

extension Thread {
  /// Runs a body on several threads at once and waits for all of them.
  static func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for index in 0..<count {
      group.enter()
      detachNewThread {
        body(index)
        group.leave()
      }
    }
    group.wait()
  }
}
