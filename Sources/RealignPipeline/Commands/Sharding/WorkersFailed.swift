/// Workers ended without their shards.
public struct WorkersFailed: Error, Sendable, Equatable, CustomStringConvertible {
  /// The exit code of the whole: that of the first worker that failed, where it has a meaning.
  public var status: ExitStatus
  /// Which workers failed and how.
  public var failures: [String]

  /// A sentence for people.
  public var description: String {
    failures.joined(separator: "; ") + "\nhint: finished shards stay; run again with --resume"
  }
}
