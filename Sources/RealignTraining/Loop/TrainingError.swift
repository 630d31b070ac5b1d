/// Why a run ended before its last update.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// Interrupted after a checkpoint was written; resuming continues bit for bit.
  case interrupted(step: Int)
  /// Three updates in a row had a non-finite loss or gradient.
  case diverged(step: Int, detail: String)
  /// Another rank is gone or does not answer; a resumed run goes on after the given update, where
  /// this rank knows it.
  case rankLost(checkpoint: Int?, detail: String)
  /// The check before the first update failed.
  case selfCheckFailed(String)

  /// A sentence for people.
  public var description: String {
    switch self {
    case .interrupted(let step): return "interrupted at step \(step)"
    case .diverged(let step, let detail): return "training diverged at step \(step): \(detail)"
    case .rankLost(let checkpoint, let detail):
      return detail + (checkpoint.map { "; a checkpoint of step \($0) was saved" } ?? "")
    case .selfCheckFailed(let detail): return "start-up self-check failed: \(detail)"
    }
  }
}
