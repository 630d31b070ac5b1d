import Foundation
import RealignHardware
import RealignText

extension PlanCommand {
  /// What is simulated.
  public struct Simulation: Sendable, Equatable {
    /// Measured seconds of one node's update; nil takes the fastest node's throughput.
    public var stepSeconds: Double?
    /// What stays the same when nodes are added.
    public var scaling: ScalingTable.Scaling
    /// Standard deviation over mean of a node's times.
    public var variation: Double
    /// Buckets of gradients; nil cuts them at 25 MB.
    public var buckets: Int?
    /// Steps of each simulation.
    public var steps: Int

    /// A simulation.
    public init(
      stepSeconds: Double? = nil,
      scaling: ScalingTable.Scaling = .weak,
      variation: Double = 0.05,
      buckets: Int? = nil,
      steps: Int = 20
    ) {
      self.stepSeconds = stepSeconds
      self.scaling = scaling
      self.variation = variation
      self.buckets = buckets
      self.steps = steps
    }
  }

  /// Simulates training on 2 to 64 nodes and prints the table.
  ///
  /// - Throws: `InputError` for scoring, and without a link or a time of a step.
  static func simulate(
    _ simulation: Simulation,
    planner: Planner,
    warnings: [String],
    context: CommandContext
  ) throws {
    let workload = planner.workload
    guard workload.isSynchronized else {
      throw InputError(
        .usage,
        "nodes that exchange nothing need no simulation: their throughput adds up",
        field: "--simulate",
        expected: "--task training, gradients synchronised"
      )
    }
    guard let link = planner.link else {
      throw InputError(
        .usage,
        "a simulation needs the cost of a message",
        field: "--link",
        found: "nothing",
        expected: "a file, or --latency-us and --bandwidth-gbs",
        hint: "mpirun -n 2 realign doctor --distributed --json > link.json measures it"
      )
    }
    var warnings = warnings
    let step = try stepSeconds(simulation, planner, &warnings)
    // Small buckets cost latency, large ones overlap late (Li et al. 2020, section 4).
    let cut = Int((workload.gradientBytes / 25e6).rounded(.up))
    let base = TrainingSimulation(
      nodes: 1,
      computeSeconds: step.seconds,
      backwardShare: workload.method == .full ? 2.0 / 3 : 0.5,
      gradientBytes: workload.gradientBytes,
      buckets: simulation.buckets ?? min(max(cut, 1), 8),
      link: link,
      variation: simulation.variation,
      steps: simulation.steps,
      seed: context.seed ?? 42
    )
    let table = ScalingTable(base, scaling: simulation.scaling)
    if context.isJSON {
      var fields: JSONObject = ["simulation": table.json]
      fields["step_source"] = .string(step.source)
      fields["warnings"] = .array(warnings.map { .string($0) })
      try context.output.row(.object(fields))
    } else {
      let report = SimulationReport(
        table: table,
        name: workload.name,
        stepSource: step.source,
        warnings: warnings
      )
      try show(report.report, context: context)
    }
  }

  /// Seconds of one node's update, and where they come from.
  private static func stepSeconds(
    _ simulation: Simulation,
    _ planner: Planner,
    _ warnings: inout [String]
  ) throws -> (seconds: Double, source: String) {
    if let seconds = simulation.stepSeconds { return (seconds, "as given") }
    let plan = planner.plan()
    warnings += plan.warnings
    let timed = plan.assessments.compactMap { item in
      item.rate.flatMap { $0.isRelative ? nil : (item.node.id, $0) }
    }
    guard let (id, rate) = timed.max(by: { $0.1.perSecond < $1.1.perSecond }) else {
      throw InputError(
        .usage,
        "no node has a throughput for \(planner.workload.task.rawValue) to simulate",
        field: "--step-seconds",
        found: "nothing",
        expected: "seconds of one node's update, or --nodes with a calibration",
        hint: "realign bench calibrate --save node.json, then --nodes node.json"
      )
    }
    let size = planner.workload.globalBatchSize
    return (
      Double(size) / rate.perSecond,
      "\(size) examples at \(Count.decimal(rate.perSecond, places: 3)) ex/s of \(id) "
        + "(\(rate.reason))"
    )
  }
}
