import RealignText

/// Simulated steps of data-parallel training on 2 to 64 equal nodes.
public struct ScalingTable: Sendable, Equatable {
  /// What stays the same when nodes are added.
  public enum Scaling: String, Sendable, CaseIterable {
    /// The examples of a node: updates grow.
    case weak
    /// The examples of an update: shares shrink.
    case strong
  }

  /// One number of nodes and one algorithm.
  public struct Entry: Sendable, Equatable {
    /// Nodes.
    public var nodes: Int
    /// How gradients are added up.
    public var algorithm: AllReduce
    /// Steps whose exchange overlaps with backward.
    public var overlapped: TrainingSimulation.Result
    /// Seconds of a step whose exchange follows backward.
    public var sequentialSeconds: Double
    /// Seconds of such a step by the closed form, in one bucket and without stragglers.
    public var closedFormSeconds: Double
    /// Examples a second over those of one node.
    public var speedUp: Double

    /// Speed-up by node.
    public var efficiency: Double { speedUp / Double(nodes) }
  }

  /// The numbers of nodes.
  public static let sizes = [2, 4, 8, 16, 32, 64]

  /// What stays the same.
  public var scaling: Scaling
  /// A step of one node; its number of nodes and algorithm are not used.
  public var base: TrainingSimulation
  /// By number of nodes, then algorithm.
  public var entries: [Entry]

  /// Simulates all sizes.
  public init(_ base: TrainingSimulation, scaling: Scaling = .weak) {
    self.scaling = scaling
    self.base = base
    entries = Self.sizes.flatMap { nodes in
      AllReduce.allCases.map { Self.entry(base, nodes, $0, scaling) }
    }
  }

  /// The faster algorithm for every number of nodes.
  public var best: [Entry] {
    Self.sizes.compactMap { nodes in
      entries.filter { $0.nodes == nodes }
        .min { $0.overlapped.stepSeconds < $1.overlapped.stepSeconds }
    }
  }

  private static func entry(
    _ base: TrainingSimulation,
    _ nodes: Int,
    _ algorithm: AllReduce,
    _ scaling: Scaling
  ) -> Entry {
    var simulation = base
    simulation.nodes = nodes
    simulation.algorithm = algorithm
    if scaling == .strong { simulation.computeSeconds /= Double(nodes) }
    simulation.overlaps = true
    let overlapped = simulation.run()
    simulation.overlaps = false
    let work = scaling == .weak ? Double(nodes) : 1
    return Entry(
      nodes: nodes,
      algorithm: algorithm,
      overlapped: overlapped,
      sequentialSeconds: simulation.run().stepSeconds,
      closedFormSeconds: simulation.computeSeconds
        + algorithm.seconds(bytes: base.gradientBytes, nodes: nodes, link: base.link),
      speedUp: work * base.computeSeconds / overlapped.stepSeconds
    )
  }

  /// The record of a simulation, with what it assumed.
  public var json: JSONValue {
    [
      "scaling": .string(scaling.rawValue), "compute_seconds": .number(base.computeSeconds),
      "backward_share": .number(base.backwardShare),
      "gradient_bytes": .number(base.gradientBytes.rounded()), "buckets": .integer(base.buckets),
      "latency_seconds": .number(base.link.latencySeconds),
      "bandwidth_bytes_per_second": .number(base.link.bandwidth),
      "link_source": .string(base.link.source), "variation": .number(base.variation),
      "steps": .integer(base.steps), "seed": .string(String(base.seed)),
      "rows": .array(entries.map(Self.json)),
    ]
  }

  private static func json(_ entry: Entry) -> JSONValue {
    [
      "nodes": .integer(entry.nodes), "algorithm": .string(entry.algorithm.rawValue),
      "step_seconds": .number(entry.overlapped.stepSeconds),
      "compute_seconds": .number(entry.overlapped.computeSeconds),
      "straggler_seconds": .number(entry.overlapped.stragglerSeconds),
      "exposed_seconds": .number(entry.overlapped.exposedSeconds),
      "sequential_step_seconds": .number(entry.sequentialSeconds),
      "closed_form_step_seconds": .number(entry.closedFormSeconds),
      "speed_up": .number(entry.speedUp), "efficiency": .number(entry.efficiency),
    ]
  }
}
