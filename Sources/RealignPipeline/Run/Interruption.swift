import Foundation
import Synchronization

/// Whether somebody asked the program to stop.
///
/// The first SIGINT, SIGTERM or SIGUSR1 asks: trainers poll `isRequested`, save and end.
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
  public static func install() {
    // Touching the counter initialises it, which a signal handler must not do.
    reset()
    let numbers = [SIGINT, SIGTERM, SIGUSR1]
    // A parent may have blocked them in the thread that started this process.
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in numbers { sigaddset(&mask, number) }
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    for number in numbers {
      _ = signal(number) { received in
        let count = Interruption.requests.add(1, ordering: .relaxed).newValue
        if count > 1, received != SIGUSR1 { _exit(128 + received) }
      }
    }
  }

  /// Ends the work here when a stop was requested.
  ///
  /// - Throws: `RunInterrupted`.
  public static func check(_ place: @autoclosure () -> String) throws {
    if isRequested { throw RunInterrupted(place: place()) }
  }
}
