import CRealignKernels
import Foundation

/// How to wait for something that must be asked for: promptly at first, then ever more idly.
///
/// A message between two ranks that are both there takes microseconds, so the first questions
/// follow each other at once. A rank that waits for another's computing must not take the core
/// that the other computes on: it sleeps, for a share of the time that it has waited already, so
/// that what it oversleeps stays small beside that.
struct Backoff {
  private var start = clock

  private static let spinning = 50e-6
  private static let yielding = 500e-6
  private static let shortestSleep = 50e-6
  private static let longestSleep = 1e-3
  /// A sleep is this part of the time waited.
  private static let share = 1.0 / 32

  /// Waits a moment.
  func pause() {
    let waited = Self.clock - start
    if waited < Self.spinning {
      for _ in 0..<20 { rk_spin_hint() }
    } else if waited < Self.yielding {
      sched_yield()
    } else {
      let seconds = min(max(waited * Self.share, Self.shortestSleep), Self.longestSleep)
      var time = timespec(tv_sec: 0, tv_nsec: Int(seconds * 1e9))
      nanosleep(&time, nil)
    }
  }

  /// Something happened: the next is expected soon.
  mutating func reset() { start = Self.clock }

  /// Seconds on a clock that nobody sets.
  static var clock: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
