import Foundation
import Synchronization

/// Whether somebody asked the program to stop.
///
/// The first SIGINT, SIGTERM, SIGHUP or SIGUSR1 asks: trainers poll `isRequested`, save and end.
/// A second SIGINT or SIGTERM ends the process at once with 128 plus the signal's number.
public enum Interruption {
  private static let requests = Atomic<Int>(0)

  /// Whether a stop was requested.
  public static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Asks for a stop from code.
  public static func request() { requests.add(1, ordering: .relaxed) }

  /// Forgets requests; for tests.
  static func reset() { requests.store(0, ordering: .relaxed) }

  /// Installs the signal handlers; call once, at the start of the program.
  ///
  /// A signal that was ignored before, as `nohup` does with SIGHUP, stays ignored.
  public static func install() {
    // Touching the counter initialises it, which a signal handler must not do.
    reset()
    for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1] {
      let previous = signal(number) { number in
        let count = Interruption.requests.add(1, ordering: .relaxed).newValue
        if count > 1, number == SIGINT || number == SIGTERM { _exit(128 + number) }
      }
      if Self.isIgnore(previous) { _ = signal(number, previous) }
    }
  }

  private static func isIgnore(_ handler: sighandler_t?) -> Bool {
    guard let handler else { return false }
    return unsafeBitCast(handler, to: Int.self) == 1
  }

  /// Ends the work here when a stop was requested.
  ///
  /// - Throws: `RunInterrupted`.
  public static func check(_ place: @autoclosure () -> String) throws {
    if isRequested { throw RunInterrupted(place: place()) }
  }
}
