import Foundation
import RealignText
import Synchronization

/// Progress for people: on a terminal one line that is redrawn, elsewhere a plain line at times.
public final class TerminalProgress: ProgressReporter {
  /// How to show progress.
  public struct Style: Sendable {
    /// Whether lines may be redrawn.
    public var isTerminal: Bool
    /// Whether colour may be used.
    public var usesColor: Bool
    /// Columns of the terminal.
    public var columns: Int
    /// -1 quiet, 0 normal, 1 and more detailed.
    public var verbosity: Int

    /// A style; plain by default.
    public init(
      isTerminal: Bool = false,
      usesColor: Bool = false,
      columns: Int = 80,
      verbosity: Int = 0
    ) {
      self.isTerminal = isTerminal
      self.usesColor = usesColor
      self.columns = columns
      self.verbosity = verbosity
    }

    /// The style of stderr in an environment: NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR and TERM=dumb
    /// are respected.
    public static func standardError(
      environment: [String: String],
      verbosity: Int
    ) -> Style {
      func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
      let isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
      let isForced = isSet("CLICOLOR_FORCE") || isSet("FORCE_COLOR")
      let columns = environment["COLUMNS"].flatMap { Int($0) } ?? 80
      return Style(
        isTerminal: isTerminal,
        usesColor: !isSet("NO_COLOR") && (isTerminal || isForced),
        columns: max(20, columns),
        verbosity: verbosity
      )
    }
  }

  private struct State {
    var task: String?
    var total: Int?
    var done = 0
    var status = ""
    var started = 0.0
    var lastShown = -1e9
    var hasLine = false
    var saidStopping = false
  }

  private let style: Style
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> Double
  private let state = Mutex(State())

  /// A reporter that writes through a closure; `now` is a clock in seconds.
  public init(
    style: Style,
    now: @escaping @Sendable () -> Double = TerminalProgress.monotonicSeconds,
    write: @escaping @Sendable (String) -> Void = TerminalProgress.writeToStandardError
  ) {
    self.style = style
    self.now = now
    self.write = write
  }

  /// A line of information.
  public func note(_ text: String) {
    if style.verbosity >= 0 { line(text) }
  }

  /// A line for those who asked for details.
  public func detail(_ text: String) {
    if style.verbosity >= 1 { line(text) }
  }

  /// A line that must be seen.
  public func warn(_ text: String) { line(colored("warning: ", "33") + safe(text), isSafe: true) }

  /// A task starts.
  public func begin(_ task: String, total: Int?, unit: String) {
    let time = now()
    state.withLock {
      $0.task = safe(task)
      $0.total = total
      $0.done = 0
      $0.status = ""
      $0.started = time
      $0.lastShown = -1e9
    }
    if style.verbosity >= 0, !style.isTerminal {
      line(task + (total.map { ": \($0) \(unit)" } ?? ""))
      state.withLock { $0.lastShown = time }
    }
  }

  /// The task has done so many steps.
  public func update(_ done: Int, _ status: String) {
    sayStoppingOnce()
    guard style.verbosity >= 0 else { return }
    let time = now()
    let text: String? = state.withLock { state in
      state.done = done
      state.status = safe(status)
      let interval = style.isTerminal ? 0.1 : 30
      guard time - state.lastShown >= interval else { return nil }
      state.lastShown = time
      return Self.text(state, time: time)
    }
    guard let text else { return }
    if style.isTerminal { redraw(text) } else { line(text, isSafe: true) }
  }

  /// The task ended.
  public func end(_ summary: String?) {
    let time = now()
    let task: (name: String, seconds: Double)? = state.withLock { state in
      defer { state.task = nil }
      return state.task.map { ($0, time - state.started) }
    }
    guard style.verbosity >= 0, let task else { return }
    let duration = Self.duration(task.seconds)
    line("\(task.name): \(summary.map(safe) ?? "done") (\(duration))", isSafe: true)
  }

  /// `name 12/340 3.4/s 1m36s left loss 1.23`.
  private static func text(_ state: State, time: Double) -> String {
    var text = "\(state.task ?? "") \(state.done)"
    let seconds = time - state.started
    let rate = seconds > 0 ? Double(state.done) / seconds : 0
    if let total = state.total { text += "/\(total)" }
    if rate > 0 {
      text += rate >= 1 ? " \(fixed(rate))/s" : " \(fixed(1 / rate)) s each"
      if let total = state.total, total > state.done {
        text += " \(duration(Double(total - state.done) / rate)) left"
      }
    }
    return state.status.isEmpty ? text : text + " " + state.status
  }

  private static func fixed(_ value: Double) -> String {
    let tenths = Int((min(value, 1e12) * 10).rounded())
    return value >= 100 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// `7.2 s`, `1m36s`, `2h05m`.
  static func duration(_ seconds: Double) -> String {
    let seconds = max(0, min(seconds, 1e9))
    if seconds < 60 { return fixed(seconds) + " s" }
    let whole = Int(seconds.rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
    return "\(whole / 3600)h\(two(whole / 60 % 60))m"
  }

  private func sayStoppingOnce() {
    guard Interruption.isRequested else { return }
    let isFirst = state.withLock { state in
      defer { state.saidStopping = true }
      return !state.saidStopping
    }
    if isFirst { line("stopping after this step; press Ctrl-C again to quit at once") }
  }

  private func safe(_ text: String) -> String { InputError.shown(text, limit: 4000) }

  private func colored(_ text: String, _ code: String) -> String {
    style.usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private func line(_ text: String, isSafe: Bool = false) {
    let clear = state.withLock { state in
      defer { state.hasLine = false }
      return state.hasLine ? "\r\u{1B}[K" : ""
    }
    write(clear + (isSafe ? text : safe(text)) + "\n")
  }

  private func redraw(_ text: String) {
    state.withLock { $0.hasLine = true }
    write("\r" + String(text.prefix(style.columns - 1)) + "\u{1B}[K")
  }

  /// Seconds of a clock that never goes back.
  public static func monotonicSeconds() -> Double { ProcessInfo.processInfo.systemUptime }

  /// Writes to stderr; a closed stderr is no reason to stop.
  public static func writeToStandardError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
