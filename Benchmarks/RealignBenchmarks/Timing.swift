import RealignText

/// Repeated measurements of one piece of work, in seconds.
public struct Timing: Sendable, Equatable {
  /// Every measurement, ascending.
  public let seconds: [Double]

  /// Measurements in any order.
  ///
  /// - Precondition: There is at least one.
  public init(_ seconds: [Double]) {
    precondition(!seconds.isEmpty, "a timing needs a measurement")
    self.seconds = seconds.sorted()
  }

  /// The fastest.
  public var best: Double { seconds[0] }

  /// The middle one; the mean of two in the middle.
  public var median: Double {
    let half = seconds.count / 2
    return seconds.count % 2 == 1 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2
  }

  /// Distance of the quartiles over the median: how noisy the machine was.
  public var spread: Double {
    guard seconds.count > 1, median > 0 else { return 0 }
    return (quantile(0.75) - quantile(0.25)) / median
  }

  private func quantile(_ share: Double) -> Double {
    let place = share * Double(seconds.count - 1)
    let low = Int(place)
    let high = min(low + 1, seconds.count - 1)
    return seconds[low] + (place - Double(low)) * (seconds[high] - seconds[low])
  }
}

/// Times work with a clock that never goes back.
public enum Stopwatch {
  /// How long one call takes, in seconds.
  public static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body)
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }

  /// Calls work once to warm up, then until both a number of runs and a time are reached.
  public static func measure(
    runs: ClosedRange<Int> = 5...200,
    seconds limit: Double = 0.4,
    _ body: () throws -> Void
  ) rethrows -> Timing {
    try body()
    var samples: [Double] = []
    var total = 0.0
    while samples.count < runs.upperBound && (samples.count < runs.lowerBound || total < limit) {
      let sample = try Self.seconds(body)
      samples.append(sample)
      total += sample
    }
    return Timing(samples)
  }
}
