import CRealignKernels
import Foundation
import Synchronization

/// Threads that help the caller through a loop.
///
/// A job is open while its caller works on it; a worker that is awake joins an open job and takes
/// indices from the shared counter. The caller closes the job and waits only for workers that
/// joined, so a worker that is asleep or descheduled delays nobody. Idle workers spin for a few
/// hundred microseconds, because the next loop of a layer follows soon and waking a sleeper costs
/// some fifty, and then sleep.
final class WorkerPool: @unchecked Sendable {
  /// Job number in the high half, the open flag in bit 31, joined workers below.
  private let state = Atomic<UInt64>(0)
  /// What each thread begins with, the caller first.
  private var shares = [WorkShare()]
  private let isBusy = Atomic<Bool>(false)
  private let sleepers = Atomic<Int>(0)
  private let condition = NSCondition()
  private var body: (@Sendable (Int) -> Void)?
  private var workers = 0
  /// Workers with an index at or above this one end.
  private let wanted = Atomic<Int>(0)

  private static let openFlag: UInt64 = 1 << 31
  /// Pauses before an idle worker sleeps, and before a waiting caller yields its processor.
  private static let idleSpins = 20_000
  private static let waitSpins = 4000

  init(threads: Int) { resize(threads: threads) }

  /// The caller and its workers.
  var threadCount: Int { wanted.load(ordering: .relaxed) + 1 }

  /// Starts or ends workers, once no job is running.
  func resize(threads: Int) {
    while isBusy.exchange(true, ordering: .acquiringAndReleasing) { sched_yield() }
    defer { isBusy.store(false, ordering: .releasing) }
    condition.lock()
    defer { condition.unlock() }
    let target = max(threads - 1, 0)
    wanted.store(target, ordering: .sequentiallyConsistent)
    condition.broadcast()
    while workers > target { condition.wait() }
    shares = (0...target).map { _ in WorkShare() }
    while workers < target {
      let index = workers
      workers += 1
      let thread = Thread { [self] in work(index: index) }
      thread.stackSize = 8 << 20
      thread.name = "realign-worker-\(index)"
      thread.start()
    }
  }

  /// Runs the loop, or returns false when there are no workers or another job is running.
  func run(_ count: Int, _ body: @Sendable (Int) -> Void) -> Bool {
    guard wanted.load(ordering: .relaxed) > 0,
      !isBusy.exchange(true, ordering: .acquiringAndReleasing)
    else { return false }
    withoutActuallyEscaping(body) { body in
      self.body = body
      for (thread, share) in shares.enumerated() {
        share.reset(
          to: thread * count / shares.count..<(thread + 1) * count / shares.count
        )
      }
      let number = state.load(ordering: .relaxed) >> 32 &+ 1
      state.store(number << 32 | Self.openFlag, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
        condition.lock()
        condition.broadcast()
        condition.unlock()
      }
      drain(thread: 0, body)
      state.bitwiseAnd(~Self.openFlag, ordering: .acquiringAndReleasing)
      var waits = 0
      while state.load(ordering: .acquiring) & (Self.openFlag - 1) != 0 {
        waits += 1
        if waits > Self.waitSpins { sched_yield() } else { rk_spin_hint() }
      }
      self.body = nil
    }
    isBusy.store(false, ordering: .releasing)
    return true
  }

  /// Does the thread's own share, then what is left of the others'.
  private func drain(thread: Int, _ body: @Sendable (Int) -> Void) {
    while let index = shares[thread].takeFirst() { body(index) }
    for other in 1..<shares.count {
      let share = shares[(thread + other) % shares.count]
      while let index = share.takeLast() { body(index) }
    }
  }

  private func work(index: Int) {
    var done: UInt64 = 0
    while wanted.load(ordering: .relaxed) > index {
      guard awaitJob(after: done, index: index) else { break }
      var seen = state.load(ordering: .acquiring)
      while seen & Self.openFlag != 0 {
        let (joined, current) = state.compareExchange(
          expected: seen,
          desired: seen + 1,
          ordering: .acquiringAndReleasing
        )
        if joined {
          if let body { drain(thread: index + 1, body) }
          state.wrappingSubtract(1, ordering: .acquiringAndReleasing)
          break
        }
        seen = current
      }
      done = seen >> 32
    }
    condition.lock()
    workers -= 1
    condition.broadcast()
    condition.unlock()
  }

  /// Waits for an open job newer than `done`; false when this worker is to end.
  private func awaitJob(after done: UInt64, index: Int) -> Bool {
    func isReady() -> Bool {
      let seen = state.load(ordering: .sequentiallyConsistent)
      return seen & Self.openFlag != 0 && seen >> 32 != done
    }
    for _ in 0..<Self.idleSpins {
      if isReady() { return true }
      rk_spin_hint()
    }
    condition.lock()
    defer { condition.unlock() }
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    while !isReady() {
      if wanted.load(ordering: .relaxed) <= index { return false }
      condition.wait()
    }
    return true
  }
}
