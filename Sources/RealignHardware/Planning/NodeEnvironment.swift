/// The environment of the work on one node.
public struct NodeEnvironment: Sendable, Equatable {
  /// One setting, and why.
  public struct Line: Sendable, Equatable {
    /// A variable, or what is set by a command.
    public var name: String
    /// What it is set to.
    public var value: String
    /// Why.
    public var reason: String
  }

  /// The node.
  public var node: String
  /// Its settings.
  public var lines: [Line]

  /// What suits a node; nothing where its system is unknown.
  public init(_ node: PlanNode) {
    self.node = node.id
    switch node.profile.kind {
    case .apple: lines = Self.apple
    case .linux: lines = Self.linux(threads: node.profile.cores)
    case .other: lines = []
    }
  }

  private static let tokenizers = Line(
    name: "TOKENIZERS_PARALLELISM",
    value: "false",
    reason: "processes that fork after the tokenizer's threads exist can hang; one pool of threads "
      + "is enough"
  )

  private static let apple = [
    Line(
      name: "MLX_METAL_PREALLOCATE",
      value: "1",
      reason:
        "asked for by the published set-up; caveat: not among MLX's documented variables, and "
        + "others measured no effect"
    ),
    Line(
      name: "MLX_METAL_FAST_SYNCH",
      value: "1",
      reason: "the CPU waits for the GPU with less latency; caveat: 0 by default, and MLX took it "
        + "out of its examples because it can deadlock: unset it if a run hangs"
    ),
    tokenizers,
    Line(
      name: "priority",
      value: "QoS user-initiated",
      reason: "macOS schedules threads by quality of service; the published sudo nice -n -10 does "
        + "not move them to other cores and needs root"
    ),
  ]

  private static func linux(threads: Int?) -> [Line] {
    var lines: [Line] = []
    if let threads {
      lines.append(
        Line(
          name: "OPENBLAS_NUM_THREADS",
          value: "\(threads)",
          reason: "as many as the figures were measured with; more than cores wait for each other"
        )
      )
      lines.append(
        Line(
          name: "affinity",
          value: "taskset -c 0-\(threads - 1)",
          reason:
            "threads keep their caches; choose the cores of one memory node where the machine "
            + "has several"
        )
      )
    }
    lines.append(tokenizers)
    lines.append(
      Line(
        name: "priority",
        value: "nice -n 10",
        reason: "people and services on the machine come first; lowering needs no root, and costs "
          + "nothing on an idle machine"
      )
    )
    return lines
  }
}
