import Foundation
import RealignText

/// What a message between two nodes costs: a latency and a time for each byte (Hockney 1994).
public struct LinkCost: Sendable, Equatable {
  /// Seconds before the first byte arrives.
  public var latencySeconds: Double
  /// Seconds of a byte.
  public var secondsPerByte: Double
  /// Where the figures come from.
  public var source: String

  /// A link.
  ///
  /// - Precondition: Both figures are finite and not negative.
  public init(latencySeconds: Double, secondsPerByte: Double, source: String) {
    precondition(
      latencySeconds >= 0 && latencySeconds.isFinite && secondsPerByte >= 0
        && secondsPerByte.isFinite,
      "a latency of \(latencySeconds) s and \(secondsPerByte) s a byte"
    )
    self.latencySeconds = latencySeconds
    self.secondsPerByte = secondsPerByte
    self.source = source
  }

  /// Bytes a second.
  public var bandwidth: Double { 1 / secondsPerByte }

  /// Seconds of a message.
  public func seconds(bytes: Double) -> Double { latencySeconds + bytes * secondsPerByte }

  /// Both figures: `latency 12 microseconds, 1.2 GB/s`.
  public var text: String {
    "latency \(Shown.number(1e6 * latencySeconds)) microseconds, \(Shown.bytes(bandwidth))/s"
  }
}

/// All-reduces that somebody measured, from which a link's cost follows.
public struct AllReduceMeasurement: Sendable, Equatable {
  /// One size.
  public struct Sample: Sendable, Equatable {
    /// Bytes of the vector.
    public var bytes: Double
    /// Median seconds.
    public var seconds: Double
  }

  /// Processes that took part.
  public var ranks: Int
  /// Sizes, in the order of the file.
  public var samples: [Sample]
  /// The file.
  public var source: String

  /// Measurements.
  public init(ranks: Int, samples: [Sample], source: String) {
    self.ranks = ranks
    self.samples = samples
    self.source = source
  }

  /// Reads `{"all_reduce":[{"bytes","seconds_median"}],"ranks"}`, as `realign doctor --distributed
  /// --json` prints it among other fields.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` with the field that is wrong.
  public init(path: String) throws {
    let json = try FieldReader.value(path)
    let reader = FieldReader(
      file: path,
      message: "not a measured link",
      hint: "mpirun -n 2 realign doctor --distributed --json writes it"
    )
    let ranks = try reader.count(json["ranks"], "ranks", atMost: 65_536)
    guard ranks > 1 else {
      throw reader.error("ranks", json["ranks"], expected: "at least 2: one sends nothing")
    }
    let samples = try reader.list(json["all_reduce"], "all_reduce") { item, place in
      Sample(
        bytes: try reader.rate(item["bytes"], place + ".bytes"),
        seconds: try reader.rate(item["seconds_median"], place + ".seconds_median")
      )
    }
    guard Set(samples.map(\.bytes)).count > 1 else {
      throw reader.error("all_reduce", json["all_reduce"], expected: "two sizes or more")
    }
    self.init(ranks: ranks, samples: samples, source: (path as NSString).lastPathComponent)
  }

  /// Latency and bandwidth by least squares of the ring's cost.
  ///
  /// Residuals are taken relative to the time measured, Σ ((a + b·bytes)/t − 1)²: sizes differ by
  /// orders of magnitude, and the largest alone would decide otherwise. A cost below zero is
  /// taken as zero and the other fitted alone.
  ///
  /// - Returns: The link, and the largest relative residual.
  /// - Throws: `InputError` of kind `badData` when times do not grow with size.
  public func fitted() throws -> (link: LinkCost, worstResidual: Double) {
    func sum(_ term: (Sample) -> Double) -> Double { samples.reduce(0) { $0 + term($1) } }
    let (one, x) = (sum { 1 / ($0.seconds * $0.seconds) }, sum { $0.bytes / pow($0.seconds, 2) })
    let xx = sum { pow($0.bytes / $0.seconds, 2) }
    let (y, xy) = (sum { 1 / $0.seconds }, sum { $0.bytes / $0.seconds })
    let determinant = one * xx - x * x
    var fixed = (xx * y - x * xy) / determinant
    var perByte = (one * xy - x * y) / determinant
    if fixed < 0 { (fixed, perByte) = (0, xy / xx) }
    guard perByte > 0, fixed.isFinite, perByte.isFinite else {
      throw InputError(
        .badData,
        "the measured all-reduces say no bandwidth",
        file: source,
        field: "all_reduce",
        found: "times that do not grow with size",
        expected: "sizes from a few bytes to many megabytes"
      )
    }
    let messages = 2 * Double(ranks - 1)
    let link = LinkCost(
      latencySeconds: fixed / messages,
      secondsPerByte: perByte * Double(ranks) / messages,
      source: "fitted to \(samples.count) all-reduces of \(ranks) ranks in \(source)"
    )
    let worst = samples.reduce(0) { worst, sample in
      max(worst, abs((fixed + perByte * sample.bytes) / sample.seconds - 1))
    }
    return (link, worst)
  }
}
