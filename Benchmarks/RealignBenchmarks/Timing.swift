import RealignText

/// Repeated measurements of one piece of work, in seconds.
public struct Timing: Sendable, Equatable {
  /// Every measurement, ascending.
  public let seconds: [Double]
  /// What the yardstick took beside the work; nil where none was measured.
  public let pairing: Pairing?

  /// Measurements taken in turn with a yardstick's.
  public struct Pairing: Sendable, Equatable {
    /// The yardstick's name.
    public let yardstick: String
    /// Work of one run of the yardstick, in units of its rate times seconds.
    public let work: Double
    /// The yardstick's seconds over the work's, pair by pair, ascending.
    public let quotients: [Double]
    /// The yardstick's seconds, ascending.
    public let seconds: [Double]
  }

  /// Measurements in any order.
  ///
  /// - Precondition: There is at least one, and as many of the yardstick where there is one.
  public init(_ seconds: [Double], beside yardstick: (Yardstick, seconds: [Double])? = nil) {
    precondition(!seconds.isEmpty, "a timing needs a measurement")
    self.seconds = seconds.sorted()
    pairing = yardstick.map { yardstick, others in
      precondition(others.count == seconds.count, "\(others.count) beside \(seconds.count)")
      return Pairing(
        yardstick: yardstick.name,
        work: yardstick.work,
        quotients: zip(others, seconds).map { $0 / $1 }.sorted(),
        seconds: others.sorted()
      )
    }
  }

  /// The fastest.
  public var best: Double { seconds[0] }

  /// The middle one; the mean of two in the middle.
  public var median: Double { Quantiles.median(seconds) }

  /// Distance of the quartiles over the median: how noisy the machine was.
  public var spread: Double { Quantiles.spread(seconds) }
}

/// Statistics of ascending lists that are not empty.
enum Quantiles {
  static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

  /// Distance of the quartiles over the median; 0 for one value.
  static func spread(_ values: [Double]) -> Double {
    let middle = median(values)
    guard values.count > 1, middle > 0 else { return 0 }
    return (quantile(values, 0.75) - quantile(values, 0.25)) / middle
  }

  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let place = share * Double(values.count - 1)
    let low = Int(place)
    let high = min(low + 1, values.count - 1)
    return values[low] + (place - Double(low)) * (values[high] - values[low])
  }
}

/// Times work with a clock that never goes back.
public enum Stopwatch {
  /// The least time of one measurement beside a yardstick, seconds; shorter work is repeated.
  private static let shortest = 1e-3

  /// How long one call takes, in seconds.
  public static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body)
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }

  /// Calls work once to warm up, then until both a number of runs and a time are reached.
  ///
  /// - Parameters:
  ///   - runs: Fewest and most measurements.
  ///   - limit: Seconds of work after which no more than the fewest are made.
  ///   - yardstick: Measured before each measurement, so that what slows the machine for a while
  ///     slows both; short work is then repeated to fill a millisecond.
  ///   - body: The work.
  public static func measure(
    runs: ClosedRange<Int> = 5...200,
    seconds limit: Double = 0.4,
    beside yardstick: Yardstick? = nil,
    _ body: () throws -> Void
  ) rethrows -> Timing {
    try body()
    var repeats = 1
    if let yardstick {
      yardstick.run()
      repeats = Int(max(1, min(1000, shortest / max(try Self.seconds(body), 1e-7))))
    }
    var samples: [Double] = []
    var others: [Double] = []
    var total = 0.0
    while samples.count < runs.upperBound && (samples.count < runs.lowerBound || total < limit) {
      if let yardstick {
        others.append(Self.seconds(yardstick.run))
        // The yardstick emptied the caches of what short work keeps there.
        if repeats > 1 { try body() }
      }
      let sample = try Self.seconds { for _ in 0..<repeats { try body() } }
      samples.append(sample / Double(repeats))
      total += sample
    }
    return Timing(samples, beside: yardstick.map { ($0, seconds: others) })
  }
}
