import Foundation

/// Decides by bytes and throughput which machines do a work, and how much each.
///
/// A value: the same question has the same answer. Times are those of the examples alone on every
/// node; what a job on several nodes costs beside them is `startupSeconds`.
public struct Planner: Sendable {
  /// What is to be done.
  public var workload: Workload
  /// The machines, in order of preference where they are equally fast.
  public var nodes: [PlanNode]
  /// Seconds that a job on several nodes takes beside its examples, on each of them: a process is
  /// started there from afar and its results are fetched.
  ///
  /// Reading the model is not counted: a node alone has to do that too. Two seconds: starting two
  /// processes with Open MPI on one machine takes 1.2 s, fetching and merging shards about as long
  /// again; measure it where a network file system or a batch queue is in between.
  public var startupSeconds: Double
  /// What an exchange costs; nil where nobody measured it.
  public var link: LinkCost?
  /// The time that timestamps are compared with.
  public var now: Date

  /// The start-up overhead that is assumed.
  public static let defaultStartupSeconds = 2.0

  /// A planner.
  public init(
    workload: Workload,
    nodes: [PlanNode] = PlanNode.reference,
    startupSeconds: Double = Self.defaultStartupSeconds,
    link: LinkCost? = nil,
    now: Date = Date()
  ) {
    self.workload = workload
    self.nodes = nodes
    self.startupSeconds = startupSeconds
    self.link = link
    self.now = now
  }

  /// The plan.
  public func plan() -> Plan {
    let admission = NodeAdmission(nodes, now: now)
    let assessments = admission.nodes.map { NodeAssessment($0, workload) }
    var draft = Plan(
      workload: workload,
      assessments: assessments,
      absent: admission.absent,
      mode: .infeasible,
      machine: nil,
      batchSize: nil,
      shares: [],
      makespanSeconds: nil,
      speedUp: nil,
      alternatives: [],
      rules: [],
      environments: [],
      lines: [],
      warnings: admission.warnings + assessments.flatMap(\.warnings)
    )
    for assessment in assessments {
      draft.add(
        "fits \(assessment.node.id)",
        assessment.fits ? "yes" : "no",
        assessment.fitReason
      )
    }
    let fitting = assessments.filter(\.fits)
    if fitting.isEmpty {
      divideModel(&draft)
    } else {
      let team = comparable(fitting, &draft)
      if team.isEmpty { chooseUntimed(fitting, &draft) } else { divideWork(team, &draft) }
    }
    complete(&draft)
    return draft
  }

  /// The nodes whose rates mean the same: those of the task itself, or where no node has one, those
  /// that say no time.
  private func comparable(_ fitting: [NodeAssessment], _ plan: inout Plan) -> [NodeAssessment] {
    let known = fitting.filter { $0.rate != nil }
    let direct = known.filter { $0.rate?.isRelative == false }
    let team = direct.isEmpty ? known : direct
    if !team.isEmpty {
      for node in fitting where !team.contains(node) {
        plan.warnings.append(
          "\(node.node.id): gets no share: no throughput for \(workload.task.rawValue) to compare "
            + "with the others'"
        )
      }
    }
    let rates = team.compactMap(\.rate?.perSecond)
    let mean = rates.reduce(0, +) / Double(max(rates.count, 1))
    for node in team {
      guard let rate = node.rate?.perSecond, rate < 0.8 * mean else { continue }
      plan.warnings.append(
        "\(node.node.id): straggler: \(Shown.number(rate)) ex/s is "
          + "\(Shown.percent(1 - rate / mean)) slower than the mean of \(Shown.number(mean))"
      )
    }
    return team
  }

  /// A machine without any throughput to go by.
  private func chooseUntimed(_ fitting: [NodeAssessment], _ plan: inout Plan) {
    let best = fitting.dropFirst().reduce(fitting[0]) { best, next in
      (next.node.profile.gflops ?? 0) > (best.node.profile.gflops ?? 0) ? next : best
    }
    let reason =
      "the work fits" + (fitting.count > 1 ? ", and GFLOPS are all there is to choose by" : "")
    plan.use(best, because: reason)
    plan.set(.single, because: "without a measured throughput there is nothing to share by")
    plan.shares = [
      Plan.Share(node: best.node.id, fraction: 1, examples: workload.examples, reason: reason)
    ]
    plan.add("makespan", "unknown", "no node has a throughput for \(workload.task.rawValue)")
    plan.warnings.append(
      "no time is predicted: realign bench calibrate measures a node, --nodes takes what it saved"
    )
  }

  /// Several machines for a model that none holds, or none at all.
  private func divideModel(_ plan: inout Plan) {
    let demand = MemoryDemand(workload, batchSize: 1)
    let known = plan.assessments.compactMap { assessment in
      (try? assessment.node.profile.capacity()).map { (assessment, $0) }
    }
    let total = known.reduce(0) { $0 + $1.1 }
    let need = "\(Shown.bytes(demand.total)) are needed (\(demand.text))"
    guard demand.total <= total else {
      let ids = known.map(\.0.node.id)
      let have =
        ids.isEmpty
        ? "no node's memory is known"
        : "\(Shown.list(ids)) have "
          + (ids.count > 1 ? "\(Shown.bytes(total)) together" : Shown.bytes(total))
      plan.set(.infeasible, because: "\(need), \(have): sharding does not help")
      return
    }
    // As few as hold it: every further one adds exchanges to every token.
    var used: [(NodeAssessment, Double)] = []
    for item in known.sorted(by: { $0.1 > $1.1 })
    where used.reduce(0, { $0 + $1.1 }) < demand.total {
      used.append(item)
    }
    let members = known.filter { item in used.contains { $0.0.node.id == item.0.node.id } }
    let capacity = members.reduce(0) { $0 + $1.1 }
    plan.machine = members.map(\.0.node.id).joined(separator: " + ")
    plan.batchSize = 1
    plan.set(
      .rdma,
      because: "\(need) and no node has as much; \(Shown.list(members.map(\.0.node.id))) have "
        + "\(Shown.bytes(capacity)) together"
    )
    plan.shares = members.map { member, bytes in
      Plan.Share(
        node: member.node.id,
        fraction: bytes / capacity,
        examples: nil,
        reason: "layers in proportion to memory; every example passes through every node"
      )
    }
    plan.add("makespan", "unknown", "no throughput of a model divided over these nodes is known")
  }

  /// What follows from the decision.
  private func complete(_ plan: inout Plan) {
    let shares = plan.shares.map { share in
      let examples = share.examples.map { "\($0) examples" } ?? "all examples"
      return Plan.Line(
        subject: "share \(share.node)",
        value: "\(Shown.percent(share.fraction)), \(examples)",
        reason: share.reason
      )
    }
    let place = plan.lines.firstIndex { $0.subject == "mode" }.map { $0 + 1 }
    plan.lines.insert(contentsOf: shares, at: place ?? plan.lines.endIndex)
    let active = plan.assessments.filter { item in
      plan.shares.contains { $0.node == item.node.id }
    }
    plan.environments = active.map { NodeEnvironment($0.node) }
    let names = plan.assessments.map(\.node.profile.name)
    guard MachineProfile.reference.allSatisfy({ names.contains($0.name) }) else { return }
    plan.rules = PublishedRule.rules(
      parameters: workload.parameters,
      weightBytes: MemoryDemand(workload, batchSize: 1).weights
    )
    for rule in plan.rules { plan.compare(rule) }
  }
}
