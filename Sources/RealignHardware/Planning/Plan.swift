/// Which machine does what, how long that takes, and why.
public struct Plan: Sendable, Equatable {
  /// How machines take part.
  public enum Mode: String, Sendable, CaseIterable {
    /// One machine does everything.
    case single
    /// Machines take examples of their own; nothing is exchanged until the results are merged.
    case separate
    /// Machines work on one model together and exchange while they do.
    case rdma
    /// The work fits nowhere.
    case infeasible
  }

  /// What one node does.
  public struct Share: Sendable, Equatable {
    /// Its name.
    public var node: String
    /// Its part of the examples or, of a model that is itself divided, of the model.
    public var fraction: Double
    /// Its examples; nil where every node works on all of them.
    public var examples: Int?
    /// Why so much.
    public var reason: String
  }

  /// Another way to divide the work, for comparison.
  public struct Alternative: Sendable, Equatable {
    /// The way.
    public var name: String
    /// Seconds it would take, nil where the plan's are unknown too.
    public var seconds: Double?
    /// Its time over the plan's.
    public var timesThePlan: Double
  }

  /// A statement of the plan and its reason.
  public struct Line: Sendable, Equatable {
    /// What it is about.
    public var subject: String
    /// What is decided or predicted.
    public var value: String
    /// Why.
    public var reason: String
  }

  /// What was planned.
  public var workload: Workload
  /// Every node, those that are left out excepted.
  public var assessments: [NodeAssessment]
  /// Nodes that are left out: offline, or without a usable measurement.
  public var absent: [PlanNode]
  /// How machines take part.
  public var mode: Mode
  /// The machine to take first: the fastest that the work fits, or those that hold a model
  /// together; nil where it fits nowhere.
  public var machine: String?
  /// Examples at a time on that machine.
  public var batchSize: Int?
  /// Who does what; nodes that do nothing are not listed.
  public var shares: [Share]
  /// Seconds until the last node is done; nil where no figure says.
  public var makespanSeconds: Double?
  /// The time of the fastest node alone over that of the plan; nil where no figure says.
  public var speedUp: Double?
  /// Other ways to divide the work.
  public var alternatives: [Alternative]
  /// What published rules say of the model; empty unless both published machines take part.
  public var rules: [PublishedRule]
  /// Environments of the nodes that do something.
  public var environments: [NodeEnvironment]
  /// Every statement with its reason.
  public var lines: [Line]
  /// What is doubtful.
  public var warnings: [String]

  /// What the work takes: on the chosen machine, or of what fits nowhere the least.
  public var demand: MemoryDemand {
    assessments.first { $0.node.id == machine }?.demand ?? MemoryDemand(workload, batchSize: 1)
  }

  /// What sources say against each other on the matters that this plan decides, each once.
  public var contradictions: [Contradiction] {
    var result: [Contradiction] = []
    for contradiction in assessments.flatMap(\.node.profile.contradictions)
    where !result.contains(contradiction) {
      result.append(contradiction)
    }
    return result
  }
}
