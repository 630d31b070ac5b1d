import Foundation
import RealignNumerics

/// Steps of data-parallel training, simulated event by event.
///
/// Every node computes forward and backward; backward completes the gradients in buckets, from the
/// last layer to the first. A bucket is added up over all nodes by the messages of an
/// ``AllReduce``; each node sends one message and receives one at a time, at the cost of the link,
/// while it computes. A node starts its next step when it has all sums.
public struct TrainingSimulation: Sendable, Equatable {
  /// Nodes.
  public var nodes: Int
  /// Seconds of a node's forward and backward in a step.
  public var computeSeconds: Double
  /// The part of them that is backward.
  public var backwardShare: Double
  /// Bytes of all gradients.
  public var gradientBytes: Double
  /// Buckets of equal size.
  public var buckets: Int
  /// Whether buckets are sent while backward goes on, or all at its end.
  public var overlaps: Bool
  /// How they are added up.
  public var algorithm: AllReduce
  /// The cost of a message.
  public var link: LinkCost
  /// Standard deviation over mean of a node's time for a step: log-normal and independent.
  public var variation: Double
  /// Steps that are simulated.
  public var steps: Int
  /// Seed of the stragglers.
  public var seed: UInt64

  /// A simulation.
  ///
  /// - Precondition: Counts are positive, times and sizes finite and not negative, the share of
  ///   backward from 0 to 1.
  public init(
    nodes: Int,
    computeSeconds: Double,
    backwardShare: Double = 2.0 / 3,
    gradientBytes: Double,
    buckets: Int = 8,
    overlaps: Bool = true,
    algorithm: AllReduce = .ring,
    link: LinkCost,
    variation: Double = 0,
    steps: Int = 20,
    seed: UInt64 = 0
  ) {
    precondition(nodes > 0 && buckets > 0 && steps > 0, "\(nodes) nodes, \(buckets), \(steps)")
    precondition(computeSeconds >= 0 && computeSeconds.isFinite, "\(computeSeconds) s")
    precondition(gradientBytes >= 0 && gradientBytes.isFinite, "\(gradientBytes) bytes")
    precondition((0...1).contains(backwardShare), "a share of \(backwardShare)")
    precondition(variation >= 0 && variation.isFinite, "a variation of \(variation)")
    self.nodes = nodes
    self.computeSeconds = computeSeconds
    self.backwardShare = backwardShare
    self.gradientBytes = gradientBytes
    self.buckets = buckets
    self.overlaps = overlaps
    self.algorithm = algorithm
    self.link = link
    self.variation = variation
    self.steps = steps
    self.seed = seed
  }

  /// What came of it; means over steps.
  public struct Result: Sendable, Equatable {
    /// Seconds of a step.
    public var stepSeconds: Double
    /// Seconds that a node computes.
    public var computeSeconds: Double
    /// Seconds that nodes wait for the slowest to end its backward.
    public var stragglerSeconds: Double
    /// Seconds of a step after the slowest node has ended its backward: what of the exchange is not
    /// hidden.
    public var exposedSeconds: Double

    /// Computing over everything: 1 if nobody ever waited.
    public var efficiency: Double { stepSeconds > 0 ? computeSeconds / stepSeconds : 1 }
  }

  /// Simulates the steps.
  public func run() -> Result {
    var streams = (0..<nodes).map { RandomStream(seed: seed, name: "simulation.node.\($0)") }
    let schedule = algorithm.schedule(nodes: nodes)
    let bytes = gradientBytes / Double(buckets) * schedule.fraction
    let message = link.seconds(bytes: bytes)
    var starts = [Double](repeating: 0, count: nodes)
    var (computed, waited, exposed, end) = (0.0, 0.0, 0.0, 0.0)
    for _ in 0..<steps {
      let durations = streams.indices.map { computeSeconds * factor(&streams[$0]) }
      let ends = zip(starts, durations).map { $0 + $1 }
      let ready = (0..<nodes).map { self.ready(from: starts[$0], lasting: durations[$0]) }
      var network = ExchangeSimulation(schedule: schedule, ready: ready, messageSeconds: message)
      // A node alone exchanges nothing.
      starts = nodes > 1 ? network.run() : ends
      let slowest = ends.reduce(0, max)
      let last = starts.reduce(0, max)
      computed += durations.reduce(0, +) / Double(nodes)
      waited += slowest - ends.reduce(0, +) / Double(nodes)
      exposed += last - slowest
      end = last
    }
    let count = Double(steps)
    return Result(
      stepSeconds: end / count,
      computeSeconds: computed / count,
      stragglerSeconds: waited / count,
      exposedSeconds: exposed / count
    )
  }

  /// When each bucket of a node is complete, the last layer's first.
  private func ready(from start: Double, lasting seconds: Double) -> [Double] {
    (1...buckets).map { bucket in
      let part = overlaps ? Double(bucket) / Double(buckets) : 1
      return start + seconds * (1 - backwardShare * (1 - part))
    }
  }

  /// A log-normal factor of mean 1.
  private func factor(_ stream: inout RandomStream) -> Double {
    guard variation > 0 else { return 1 }
    let square = log(1 + variation * variation)
    return exp(square.squareRoot() * stream.normal() - square / 2)
  }
}
