import Foundation
import Synchronization

/// Renews a lease on a thread of its own until it is stopped.
final class LeaseKeeper: Sendable {
  private let lease: Lease
  private let condition = NSCondition()
  private let isStopped = Mutex(false)

  /// Begins to renew, four times in the time after which the lease would lapse.
  init(_ lease: Lease, owner: LeaseOwner, seconds: Double) {
    self.lease = lease
    Thread.detachNewThread { [self] in
      var beat = 0
      while wait(seconds / 4) {
        beat += 1
        lease.renew(owner: owner, beat: beat)
      }
    }
  }

  /// Waits; false when it was stopped meanwhile.
  private func wait(_ seconds: Double) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    condition.lock()
    defer { condition.unlock() }
    while !isStopped.withLock({ $0 }) {
      if !condition.wait(until: end) { return !isStopped.withLock { $0 } }
    }
    return false
  }

  /// Stops renewing; the lease stays.
  func stop() {
    condition.lock()
    isStopped.withLock { $0 = true }
    condition.broadcast()
    condition.unlock()
  }
}

/// Notices leases that are no longer renewed.
///
/// By this process's own clock and the content of the lease, since clocks of hosts differ.
struct LeaseWatch {
  private var seen: [String: (content: Data?, since: Double)] = [:]
  private let seconds: Double
  private let now: () -> Double

  /// - Parameters:
  ///   - seconds: How long a lease may stay as it is.
  ///   - now: A clock in seconds that never goes back.
  init(seconds: Double, now: @escaping () -> Double = TerminalProgress.monotonicSeconds) {
    self.seconds = seconds
    self.now = now
  }

  /// Whether a lease has stayed as it is for too long since it was first looked at.
  mutating func hasLapsed(_ lease: Lease) -> Bool {
    let content = lease.content
    let time = now()
    guard let known = seen[lease.path], known.content == content else {
      seen[lease.path] = (content, time)
      return false
    }
    return time - known.since >= seconds
  }
}
