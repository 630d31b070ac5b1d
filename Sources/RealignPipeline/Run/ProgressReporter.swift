/// Receives what a long task has to say; the command line shows it, tests ignore it.
public protocol ProgressReporter: Sendable {
  /// A line of information.
  func note(_ text: String)

  /// A line for those who asked for details.
  func detail(_ text: String)

  /// A line that must be seen.
  func warn(_ text: String)

  /// A task starts; `total` is its number of steps, when known.
  func begin(_ task: String, total: Int?)

  /// The task has done so many steps; `status` is a short text such as `loss 1.234`.
  func update(_ done: Int, _ status: String)

  /// The task ended.
  func end(_ summary: String?)
}

/// Says nothing.
public struct SilentProgress: ProgressReporter {
  /// A silent reporter.
  public init() {}

  public func note(_ text: String) {}
  public func detail(_ text: String) {}
  public func warn(_ text: String) {}
  public func begin(_ task: String, total: Int?) {}
  public func update(_ done: Int, _ status: String) {}
  public func end(_ summary: String?) {}
}
