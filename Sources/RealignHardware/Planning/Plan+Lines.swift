extension Plan {
  /// Adds a statement with its reason.
  mutating func add(_ subject: String, _ value: String, _ reason: String) {
    lines.append(Line(subject: subject, value: value, reason: reason))
  }

  /// Decides how machines take part.
  mutating func set(_ mode: Mode, because reason: String) {
    self.mode = mode
    add("mode", mode.rawValue, reason)
  }

  /// Decides for a machine, and for its batch.
  mutating func use(_ assessment: NodeAssessment, because reason: String) {
    machine = assessment.node.id
    add("machine", assessment.node.id, reason)
    batchSize = assessment.batch?.size
    add(
      "batch size",
      assessment.batch.map { "\($0.size)" } ?? "unknown",
      assessment.batch?.reason ?? "no batch curve for it"
    )
    guard workload.task == .training, let size = assessment.batch?.size else { return }
    let steps = (workload.globalBatchSize + size - 1) / size
    add(
      "accumulation",
      "\(steps)",
      "micro-batches of \(size) for an update of \(workload.globalBatchSize) on that machine alone"
    )
  }

  /// Compares with other ways to divide the work: equally, by cores, by the published numbers, and
  /// not at all.
  ///
  /// - Parameters:
  ///   - team: The nodes that share.
  ///   - planned: Seconds of the best division over all of them.
  ///   - alone: Seconds of the fastest alone.
  ///   - overhead: Seconds of the division that do not depend on shares.
  mutating func compareWays(
    _ team: [NodeAssessment],
    planned: Double,
    alone: Double,
    overhead: Double
  ) {
    let rates = team.compactMap(\.rate?.perSecond)
    let isRelative = team.contains { $0.rate?.isRelative == true }
    let best = min(planned, alone)
    func add(_ name: String, _ seconds: Double) {
      alternatives.append(
        Alternative(
          name: name,
          seconds: isRelative ? nil : seconds,
          timesThePlan: seconds / best
        )
      )
    }
    func add(_ name: String, weights: [Double]) {
      let parts = WorkShares.largestRemainder(workload.examples, weights: weights)
      add(name, WorkSplit.seconds(parts, rates) + overhead)
    }
    add("in proportion to throughput", planned)
    add("equal shares", weights: rates.map { _ in 1 })
    let cores = team.compactMap(\.node.profile.cores)
    if cores.count == team.count, Set(cores).count > 1 {
      add("by cores", weights: cores.map(Double.init))
    }
    if team.map(\.node.profile.name) == MachineProfile.reference.map(\.name) {
      add("published 65.5/34.5", weights: [65.5, 34.5])
    }
    add("fastest node alone", alone)
    for way in alternatives where way.timesThePlan > 1.02 {
      self.add(
        "not \(way.name)",
        way.seconds.map(Shown.seconds) ?? "unknown",
        "\(Shown.number(way.timesThePlan)) times the plan: the last node would end later"
      )
    }
  }

  /// Says what a published rule chooses, and why the plan differs if it does.
  mutating func compare(_ rule: PublishedRule) {
    let reason: String
    if agrees(with: rule) {
      reason = "the plan agrees"
    } else if mode == .infeasible {
      reason = "the plan differs: by bytes it fits nowhere"
    } else {
      let bytes = Shown.bytes(MemoryDemand(workload, batchSize: 1).total)
      let cause = lines.first { $0.subject == "machine" || $0.subject == "mode" }?.reason ?? ""
      reason = "the plan differs: \(bytes) are needed; \(machine ?? "no machine"): \(cause)"
    }
    add("published rule", "\(rule.row) (\(rule.document))", reason)
  }

  /// Whether the plan chooses what a published rule chooses.
  public func agrees(with rule: PublishedRule) -> Bool {
    guard mode != .infeasible else { return false }
    let chosen = assessments.first { $0.node.id == machine }?.node.profile.name
    switch rule.choice {
    case .both: return chosen == nil
    case .m4Max, .m3Ultra: return chosen == rule.choice.rawValue
    }
  }
}
