/// Receives what a long task has to say; the command line shows it, tests ignore it.
public protocol ProgressReporter: Sendable {
  /// A line of information.
  func note(_ text: String)

  /// A line for those who asked for details.
  func detail(_ text: String)

  /// A line that must be seen.
  func warn(_ text: String)

  /// A task starts; `total` is its length, when known, in units such as `steps`.
  func begin(_ task: String, total: Int?, unit: String)

  /// The task has done so many steps; `status` is a short text such as `loss 1.234`.
  func update(_ done: Int, _ status: String)

  /// The task ended.
  func end(_ summary: String?)
}

extension ProgressReporter {
  /// A task of steps starts.
  public func begin(_ task: String, total: Int?) { begin(task, total: total, unit: "steps") }
}

/// Says nothing.
public struct SilentProgress: ProgressReporter {
  /// A silent reporter.
  public init() {}

  /// A line of information.
  public func note(_ text: String) {}
  /// A line for those who asked for details.
  public func detail(_ text: String) {}
  /// A line that must be seen.
  public func warn(_ text: String) {}
  /// A task starts.
  public func begin(_ task: String, total: Int?, unit: String) {}
  /// The task has done so many steps.
  public func update(_ done: Int, _ status: String) {}
  /// The task ended.
  public func end(_ summary: String?) {}
}
