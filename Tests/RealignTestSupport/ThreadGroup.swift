import Foundation
import RealignNumerics

/// Ranks that are threads of this process, over shared memory: a `ProcessGroup` for tests.
///
/// `ThreadGroup.run(4) { group in … }` calls the closure once for each rank, at the same time.
/// A rank that throws, or that ends while others still call, does not leave them waiting: they get
/// `ProcessGroupError.silent` with its number, as they would from a process that died. Ranks that
/// make different calls get `ProcessGroupError.failed`.
public final class ThreadGroup: ProcessGroup {
  /// This thread, from 0.
  public let rank: Int
  /// How many threads there are.
  public var size: Int { meeting.size }
  private let meeting: Meeting

  private init(rank: Int, meeting: Meeting) {
    self.rank = rank
    self.meeting = meeting
  }

  /// What each rank's call of `body` returned, in the order of ranks.
  ///
  /// - Throws: What the first rank to fail threw.
  public static func run<R: Sendable>(
    _ size: Int,
    _ body: @escaping @Sendable (ThreadGroup) throws -> R
  ) throws -> [R] {
    precondition(size >= 1, "a group of \(size)")
    let meeting = Meeting(size: size)
    let results = Results<R>(size: size)
    for rank in 0..<size {
      let thread = Thread {
        let group = ThreadGroup(rank: rank, meeting: meeting)
        results.set(rank, Result { try body(group) })
        meeting.leave(rank)
        results.finish()
      }
      thread.stackSize = 8 << 20
      thread.name = "rank-\(rank)"
      thread.start()
    }
    return try results.wait()
  }

  /// Everybody's bytes, in the order of ranks.
  public func allGather(_ bytes: [UInt8]) throws -> [[UInt8]] {
    try meeting.meet(rank, "allGather(bytes)", .bytes(bytes)).map(\.bytes)
  }

  /// Copies the values of one rank to all.
  public func broadcast(_ values: Tensor, from root: Int) throws {
    precondition(values.isContiguous, "broadcast of \(values), which is not contiguous")
    precondition(root >= 0 && root < size, "root \(root) of \(size)")
    let all = try meeting.meet(rank, "broadcast(\(values.count), \(root))", .tensor(values))
    if rank != root { values.slice(0..<values.count).copy(from: flat(all[root])) }
    try barrier()
  }

  /// Completes a tensor of which every rank has a range.
  public func allGather(_ values: Tensor, ranges: [Range<Int>]) throws {
    precondition(ranges.count == size, "\(ranges.count) ranges for \(size) ranks")
    let all = try meeting.meet(rank, "allGather(\(values.count), \(ranges))", .tensor(values))
    // Each writes its own tensor where others have values, and is read where it has its own.
    for (other, range) in ranges.enumerated() where other != rank {
      values.slice(range).copy(from: flat(all[other]).slice(range))
    }
    try barrier()
  }

  /// Sends a range of the values to each rank, and receives this rank's range from all.
  public func exchange(_ values: Tensor, ranges: [Range<Int>], into received: [Tensor]) throws {
    precondition(ranges.count == size, "\(ranges.count) ranges for \(size) ranks")
    precondition(received.count == size, "\(received.count) tensors for \(size) ranks")
    let all = try meeting.meet(rank, "exchange(\(values.count), \(ranges))", .tensor(values))
    for (other, tensor) in received.enumerated() {
      tensor.slice(0..<tensor.count).copy(from: flat(all[other]).slice(ranges[rank]))
    }
    try barrier()
  }

  /// Returns when all ranks have called it.
  public func barrier() throws { _ = try meeting.meet(rank, "barrier()", .nothing) }

  private func flat(_ contribution: Contribution) -> Tensor {
    guard case .tensor(let tensor) = contribution else {
      preconditionFailure("a rank without a tensor")
    }
    return tensor.slice(0..<tensor.count)
  }
}

/// What a rank brings to a call.
private enum Contribution: Sendable {
  case nothing
  case bytes([UInt8])
  case tensor(Tensor)

  var bytes: [UInt8] { if case .bytes(let bytes) = self { bytes } else { [] } }
}

/// Where ranks wait for each other and see what the others brought.
private final class Meeting: @unchecked Sendable {
  let size: Int
  private let condition = NSCondition()
  private var call = ""
  private var arrived = 0
  private var round = 0
  private var brought: [Contribution]
  /// The contributions of the round before; the next one is complete only when all have read it.
  private var complete: [Contribution] = []
  private var failure: ProcessGroupError?

  init(size: Int) {
    self.size = size
    brought = [Contribution](repeating: .nothing, count: size)
  }

  /// Everybody's contributions, once all have made the same call.
  func meet(_ rank: Int, _ name: String, _ contribution: Contribution) throws -> [Contribution] {
    condition.lock()
    defer { condition.unlock() }
    if let failure { throw failure }
    if arrived == 0 { call = name }
    guard call == name else {
      let error = ProcessGroupError.failed("rank \(rank) calls \(name), another rank \(call)")
      failure = error
      condition.broadcast()
      throw error
    }
    brought[rank] = contribution
    arrived += 1
    let own = round
    if arrived == size {
      complete = brought
      arrived = 0
      round += 1
      condition.broadcast()
      return complete
    }
    while round == own {
      if let failure { throw failure }
      condition.wait()
    }
    return complete
  }

  /// Whoever waits for this rank now or later does so in vain.
  func leave(_ rank: Int) {
    condition.lock()
    if failure == nil { failure = .silent(rank: rank, seconds: 0) }
    condition.broadcast()
    condition.unlock()
  }
}

/// What the ranks returned.
private final class Results<R: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var values: [Result<R, any Error>?]
  private var firstError: (any Error)?
  private var finished = 0

  init(size: Int) { values = [Result<R, any Error>?](repeating: nil, count: size) }

  func set(_ rank: Int, _ result: Result<R, any Error>) {
    condition.lock()
    values[rank] = result
    if firstError == nil, case .failure(let error) = result { firstError = error }
    condition.unlock()
  }

  func finish() {
    condition.lock()
    finished += 1
    condition.broadcast()
    condition.unlock()
  }

  func wait() throws -> [R] {
    condition.lock()
    defer { condition.unlock() }
    while finished < values.count { condition.wait() }
    if let firstError { throw firstError }
    return try values.compactMap { try $0?.get() }
  }
}
