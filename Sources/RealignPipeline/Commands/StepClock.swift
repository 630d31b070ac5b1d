import RealignText

/// Measures the updates of a training, evaluations and checkpoints between them included.
final class StepClock {
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant
  private var durations: [Double] = []

  /// Starts now.
  init() { last = start }

  /// An update is done.
  func tick() {
    let now = ContinuousClock.now
    durations.append(last.duration(to: now) / .seconds(1))
    last = now
  }

  /// Seconds since the start.
  var seconds: Double { start.duration(to: .now) / .seconds(1) }

  /// What a summary says, under the names of transformers' trainer.
  ///
  /// - Parameter rowsPerStep: Rows of an update.
  func summary(rowsPerStep: Int) -> [(key: String, value: JSONValue)] {
    let total = durations.reduce(0, +)
    let steps = Double(durations.count)
    // The first update also touches all memory for the first time.
    let later = durations.dropFirst().sorted()
    return [
      (key: "train_runtime", value: .number(total)),
      (key: "train_steps_per_second", value: .number(total > 0 ? steps / total : 0)),
      (
        key: "train_samples_per_second",
        value: .number(total > 0 ? steps * Double(rowsPerStep) / total : 0)
      ),
      (
        key: "median_step_seconds",
        value: later.isEmpty ? .null : .number(later[later.count / 2])
      ),
    ]
  }
}
