import Foundation
import RealignHardware
import RealignReports
import RealignText

/// `realign plan`: which machine does what, how long that takes, and why.
public enum PlanCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// What is to be done.
    public var workload: Workload
    /// Files of nodes and calibrations; empty plans for the published machines and `profiles`.
    public var nodes: [String]
    /// Files of profiles.
    public var profiles: [String]
    /// Start-up overhead of a job on several nodes; nil takes the planner's.
    public var startupSeconds: Double?
    /// What says the cost of a message.
    public var link: Link?
    /// Simulates training on 2 to 64 nodes instead.
    public var simulation: Simulation?

    /// The options of one call.
    public init(
      workload: Workload,
      nodes: [String] = [],
      profiles: [String] = [],
      startupSeconds: Double? = nil,
      link: Link? = nil,
      simulation: Simulation? = nil
    ) {
      self.workload = workload
      self.nodes = nodes
      self.profiles = profiles
      self.startupSeconds = startupSeconds
      self.link = link
      self.simulation = simulation
    }
  }

  /// What says the cost of a message between nodes.
  public enum Link: Sendable, Equatable {
    /// A file that `realign doctor --distributed --json` wrote.
    case measured(String)
    /// Microseconds before the first byte, and 10⁹ bytes a second.
    case given(latencyMicroseconds: Double, bandwidthGigabytes: Double)
  }

  /// Prints the plan, or with `--simulate` the table; with `--json` as one object.
  ///
  /// - Throws: `InputError` for a wrong file, or a workload that no machine can do.
  public static func run(
    _ options: Options,
    context: CommandContext,
    now: Date = Date()
  ) throws {
    try options.workload.check()
    var warnings: [String] = []
    let nodes = try nodes(options, context: context) { warnings.append($0) }
    let link = try options.link.map { try cost($0, &warnings) }
    let planner = Planner(
      workload: options.workload,
      nodes: nodes,
      startupSeconds: options.startupSeconds ?? Planner.defaultStartupSeconds,
      link: link,
      now: now
    )
    if let simulation = options.simulation {
      try simulate(simulation, planner: planner, warnings: warnings, context: context)
      return
    }
    var plan = planner.plan()
    plan.warnings = warnings + plan.warnings
    if context.isJSON {
      try context.output.row(plan.json)
    } else {
      try show(PlanReport(plan).report, context: context)
    }
    for contradiction in plan.contradictions {
      context.progress.detail("sources disagree (\(contradiction.topic)): \(contradiction.text)")
    }
  }

  /// Prints a report in 80 columns.
  static func show(_ report: Report, context: CommandContext) throws {
    let text = TextRenderer.render(report, width: 80)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      try context.output.text(String(line))
    }
  }

  private static func nodes(
    _ options: Options,
    context: CommandContext,
    warn: (String) -> Void
  ) throws -> [PlanNode] {
    var profiles = MachineProfile.reference
    for path in options.profiles {
      for profile in try ProfileFile.read(path) {
        guard !profiles.contains(where: { $0.isNamed(profile.name) }) else {
          throw InputError(
            .badData,
            "a profile of that name is there already",
            file: path,
            field: "name",
            found: profile.name,
            expected: "a name of its own"
          )
        }
        profiles.append(profile)
      }
    }
    guard !options.nodes.isEmpty else {
      return profiles.map { PlanNode(id: $0.name, profile: $0) }
    }
    if let calibration = MachineCalibration.current(context) {
      profiles.append(MachineProfile(calibration))
    }
    return try options.nodes.flatMap { try NodeFile.read($0, profiles: profiles, warn: warn) }
  }

  private static func cost(_ link: Link, _ warnings: inout [String]) throws -> LinkCost {
    switch link {
    case .given(let latency, let bandwidth):
      return LinkCost(
        latencySeconds: latency / 1e6,
        secondsPerByte: 1 / (1e9 * bandwidth),
        source: "as given"
      )
    case .measured(let path):
      let (link, worst) = try AllReduceMeasurement(path: path).fitted()
      if worst > 0.5 {
        warnings.append(
          "latency and bandwidth describe the measured all-reduces badly: one is "
            + "\(Count.decimal(100 * worst, places: 0)) % off; predictions are as rough"
        )
      }
      return link
    }
  }
}
