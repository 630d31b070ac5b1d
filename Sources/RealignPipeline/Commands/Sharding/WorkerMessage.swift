import Foundation
import RealignText
import Synchronization

/// What a worker tells the process that started it, one JSON object per line.
enum WorkerMessage: Equatable {
  /// How many rows the whole input has.
  case input(rows: Int)
  /// How many rows the worker has done.
  case done(rows: Int)
  /// Rows a second on a slice of the input, nil when there are too few rows to measure on, and how
  /// many blocks the input has.
  case speed(rowsPerSecond: Double?, blocks: Int)

  var json: JSONValue {
    switch self {
    case .input(let rows): return ["input_rows": .integer(rows)]
    case .done(let rows): return ["done_rows": .integer(rows)]
    case .speed(let rate, let blocks):
      return [
        "rows_per_second": rate.map { .number($0) } ?? .null, "blocks": .integer(blocks),
      ]
    }
  }

  /// nil when the line is none of these.
  init?(line: String) {
    guard let json = try? JSONValue.parse(line) else { return nil }
    if let rows = json["input_rows"]?.intValue {
      self = .input(rows: rows)
    } else if let rows = json["done_rows"]?.intValue {
      self = .done(rows: rows)
    } else if let blocks = json["blocks"]?.intValue, blocks >= 0 {
      self = .speed(rowsPerSecond: json["rows_per_second"]?.doubleValue, blocks: blocks)
    } else {
      return nil
    }
  }
}

/// Progress as messages; notes are left out, warnings go on.
public final class WorkerProgress: ProgressReporter {
  private struct State {
    /// Rows of tasks that have ended.
    var before = 0
    var done = 0
    var lastTold = -1.0
  }

  private let output: any OutputSink
  private let next: any ProgressReporter
  private let state = Mutex(State())

  /// Tells an output how far the work is; warnings go to another reporter.
  public init(output: any OutputSink, next: any ProgressReporter) {
    self.output = output
    self.next = next
  }

  /// Left out.
  public func note(_ text: String) {}
  /// Left out.
  public func detail(_ text: String) {}
  /// A line that must be seen.
  public func warn(_ text: String) { next.warn(text) }

  /// A task starts; its rows come on top of those of earlier tasks.
  public func begin(_ task: String, total: Int?, unit: String) {
    state.withLock {
      $0.before += $0.done
      $0.done = 0
    }
  }

  /// The task has done so many rows; told five times a second at most.
  public func update(_ done: Int, _ status: String) {
    let now = TerminalProgress.monotonicSeconds()
    let rows: Int? = state.withLock { state in
      state.done = done
      guard now - state.lastTold > 0.2 else { return nil }
      state.lastTold = now
      return state.before + done
    }
    if let rows { tell(rows) }
  }

  /// The task ended.
  public func end(_ summary: String?) { tell(state.withLock { $0.before + $0.done }) }

  private func tell(_ rows: Int) {
    // Work does not fail for want of a listener.
    try? output.row(WorkerMessage.done(rows: rows).json)
  }
}

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
