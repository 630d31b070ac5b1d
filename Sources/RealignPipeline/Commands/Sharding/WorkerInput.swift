import Foundation
import Synchronization

/// What a worker's parent says to it, and that it is still there.
public final class WorkerInput: Sendable {
  /// The one of this process.
  public static let shared = WorkerInput()

  private let lines = NSCondition()
  private let state = Mutex<(lines: [String], hasEnded: Bool)>(([], false))

  /// Reads the standard input from now on; its end, which comes with the parent's, asks the work to
  /// stop.
  public func listen() {
    Thread.detachNewThread { [self] in
      var rest: [UInt8] = []
      while true {
        // Unlike a read of so many bytes, this does not wait for more than there is.
        let part = FileHandle.standardInput.availableData
        if part.isEmpty { break }
        rest += part
        while let end = rest.firstIndex(of: 0x0A) {
          add(String(decoding: rest[..<end], as: UTF8.self))
          rest.removeSubrange(...end)
        }
      }
      Interruption.request()
      add(nil)
    }
  }

  private func add(_ line: String?) {
    lines.lock()
    state.withLock { state in
      if let line { state.lines.append(line) } else { state.hasEnded = true }
    }
    lines.broadcast()
    lines.unlock()
  }

  /// The next line; waits for it, and is nil at the end of the input.
  func line() -> String? {
    lines.lock()
    defer { lines.unlock() }
    while true {
      let found: (line: String?, hasEnded: Bool) = state.withLock { state in
        (state.lines.isEmpty ? nil : state.lines.removeFirst(), state.hasEnded)
      }
      if found.line != nil || found.hasEnded || Interruption.isRequested { return found.line }
      _ = lines.wait(until: Date().addingTimeInterval(0.2))
    }
  }
}
