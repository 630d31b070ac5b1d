import Synchronization

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
