import Foundation

/// Nodes that may share work, each with its rate, and how the work would be divided.
struct WorkSplit: Sendable, Equatable {
  /// Examples a second.
  let rates: [Double]
  /// Examples of each.
  let parts: [Int]
  /// Whether shares by largest remainder would have been more than 2 % slower.
  let isRefined: Bool

  /// Divides so many examples in proportion to rates.
  ///
  /// Largest remainders are within one example of the exact shares; with few examples that one can
  /// matter, and then the division that ends first is taken.
  init(_ total: Int, rates: [Double]) {
    self.rates = rates
    let fair = WorkShares.largestRemainder(total, weights: rates)
    let earliest = WorkShares.earliest(total, rates: rates)
    let (slow, fast) = (Self.seconds(fair, rates), Self.seconds(earliest, rates))
    isRefined = slow > 1.02 * fast
    parts = isRefined ? earliest : fair
  }

  /// Seconds until the last is done.
  static func seconds(_ parts: [Int], _ rates: [Double]) -> Double {
    zip(parts, rates).reduce(0) { max($0, Double($1.0) / $1.1) }
  }

  /// Seconds until the last is done.
  var seconds: Double { Self.seconds(parts, rates) }
}

extension Planner {
  /// Work for nodes whose rates are known and comparable.
  func divideWork(_ team: [NodeAssessment], _ plan: inout Plan) {
    let rates = team.compactMap(\.rate?.perSecond)
    let best = rates.indices.dropFirst().reduce(0) { rates[$1] > rates[$0] ? $1 : $0 }
    for node in team {
      guard let rate = node.rate else { continue }
      let unit = rate.isRelative ? "ex/s of other work" : "ex/s"
      plan.add(
        "throughput \(node.node.id)",
        "\(Shown.number(rate.perSecond)) \(unit)",
        rate.reason
      )
    }
    plan.use(team[best], because: choice(team[best], of: team, plan))
    let alone = Double(workload.examples) / rates[best]
    guard team.count > 1 else {
      let reason =
        plan.assessments.count > 1
        ? "the only node that it fits and that can be compared"
        : "there is one node"
      runAlone(team[best], alone, reason, &plan)
      return
    }
    if workload.isSynchronized {
      synchronize(team, alone: alone, fastest: best, &plan)
    } else {
      separate(team, alone: alone, fastest: best, &plan)
    }
  }

  private func choice(
    _ node: NodeAssessment,
    of team: [NodeAssessment],
    _ plan: Plan
  ) -> String {
    let speed = "\(Shown.number(node.rate?.perSecond ?? .nan)) ex/s"
    let small = plan.assessments.filter { !$0.fits }.map(\.node.id)
    let others = small.isEmpty ? "" : "; it does not fit \(Shown.list(small))"
    return team.count > 1 ? "the fastest that it fits: \(speed)\(others)" : "\(speed)\(others)"
  }

  /// Independent examples: every node its own.
  private func separate(
    _ team: [NodeAssessment],
    alone: Double,
    fastest: Int,
    _ plan: inout Plan
  ) {
    let isRelative = team[fastest].rate?.isRelative == true
    let rates = team.compactMap(\.rate?.perSecond)
    let split = WorkSplit(workload.examples, rates: rates)
    let total = split.seconds + (isRelative ? 0 : startupSeconds)
    plan.compareWays(team, planned: total, alone: alone, overhead: total - split.seconds)
    let used = split.parts.count { $0 > 0 }
    guard used > 1, total < alone else {
      let reason =
        used > 1
        ? "do not distribute: \(Shown.seconds(total)) on \(used) nodes, of which "
          + "\(Shown.seconds(startupSeconds)) to start them and fetch results, against "
          + "\(Shown.seconds(alone)) on the fastest alone"
        : "do not distribute: so few examples are done first by the fastest node"
      runAlone(team[fastest], alone, reason, &plan)
      return
    }
    plan.set(
      .separate,
      because: "it fits \(team.count) nodes and examples are independent, so throughput adds up: "
        + "\(rates.map(Shown.number).joined(separator: " + ")) = "
        + "\(Shown.number(rates.reduce(0, +))) ex/s"
    )
    setShares(team, split, &plan)
    setTime(total, alone, isRelative, &plan)
  }

  /// One model on all nodes: every update is divided, and its gradients are exchanged.
  private func synchronize(
    _ team: [NodeAssessment],
    alone: Double,
    fastest: Int,
    _ plan: inout Plan
  ) {
    let isRelative = team[fastest].rate?.isRelative == true
    let rates = team.compactMap(\.rate?.perSecond)
    let update = min(workload.globalBatchSize, workload.examples)
    let step = WorkSplit(update, rates: rates)
    let used = step.parts.indices.filter { step.parts[$0] > 0 }
    guard used.count > 1 else {
      let reason = "do not distribute: an update of \(update) is done first by the fastest node"
      runAlone(team[fastest], alone, reason, &plan)
      return
    }
    let members = used.map { team[$0] }
    let updates = Double(workload.examples) / Double(update)
    let compute = updates * step.seconds
    let exchange = updates.rounded(.up) * exchangeSeconds(nodes: used.count)
    let total = compute + (isRelative ? 0 : exchange + startupSeconds)
    plan.compareWays(members, planned: total, alone: alone, overhead: total - compute)
    guard total < alone else {
      let reason =
        "do not distribute: exchanging \(Shown.bytes(workload.gradientBytes)) of gradients "
        + "\(Shown.number(updates.rounded(.up))) times takes \(Shown.seconds(exchange)), so that "
        + "\(used.count) nodes need \(Shown.seconds(total)) against \(Shown.seconds(alone)) on the "
        + "fastest alone"
      runAlone(team[fastest], alone, reason, &plan)
      return
    }
    plan.set(
      .rdma,
      because: "gradients must be synchronised: in separate batches every node would train a model "
        + "of its own"
    )
    let kept = WorkSplit(workload.examples, rates: used.map { rates[$0] })
    setShares(members, kept, &plan)
    plan.add(
      "update",
      zip(members, used).map { "\($0.node.id) \(step.parts[$1])" }.joined(separator: ", "),
      "of \(update) examples each, so that all end together"
    )
    warnAboutLink(alone: alone, compute: compute, updates: updates.rounded(.up), isRelative, &plan)
    setTime(total, alone, isRelative, &plan)
  }

  /// Seconds of an all-reduce of the gradients by the better algorithm; 0 where no link was
  /// measured.
  private func exchangeSeconds(nodes: Int) -> Double {
    guard let link else { return 0 }
    return AllReduce.allCases.reduce(.infinity) {
      min($0, $1.seconds(bytes: workload.gradientBytes, nodes: nodes, link: link))
    }
  }

  private func warnAboutLink(
    alone: Double,
    compute: Double,
    updates: Double,
    _ isRelative: Bool,
    _ plan: inout Plan
  ) {
    let size = Shown.bytes(workload.gradientBytes)
    if let link {
      let seconds = exchangeSeconds(nodes: plan.shares.count)
      plan.add(
        "all-reduce",
        "\(Shown.number(seconds)) s for \(size)",
        "\(link.text), \(link.source), not hidden behind computation"
      )
      return
    }
    let room = (alone - compute - startupSeconds) / updates
    let bound =
      isRelative
      ? ""
      : "; it pays while an all-reduce of \(size) takes less than \(Shown.number(room)) s"
    plan.warnings.append(
      "no link was measured, so exchanging \(size) of gradients after each update is not in the "
        + "time: realign doctor --distributed --json writes what --link reads" + bound
    )
  }

  private func runAlone(
    _ node: NodeAssessment,
    _ seconds: Double,
    _ reason: String,
    _ plan: inout Plan
  ) {
    plan.set(.single, because: reason)
    plan.shares = [
      Plan.Share(node: node.node.id, fraction: 1, examples: workload.examples, reason: reason)
    ]
    setTime(seconds, seconds, node.rate?.isRelative == true, &plan)
  }

  private func setShares(_ team: [NodeAssessment], _ split: WorkSplit, _ plan: inout Plan) {
    let used = split.parts.indices.filter { split.parts[$0] > 0 }
    let fractions = WorkShares.fractions(used.map { split.rates[$0] })
    let sum = used.reduce(0) { $0 + split.rates[$1] }
    plan.shares = zip(used, fractions).map { index, fraction in
      let rate = "\(Shown.number(split.rates[index])) of \(Shown.number(sum)) ex/s"
      return Plan.Share(
        node: team[index].node.id,
        fraction: fraction,
        examples: split.parts[index],
        reason: rate
          + (split.isRefined
            ? "; so few that whole examples are given to whoever ends first"
            : ", whole examples by largest remainder")
      )
    }
    for index in split.parts.indices where split.parts[index] == 0 {
      plan.warnings.append("\(team[index].node.id): gets no share: it would end after the others")
    }
  }

  private func setTime(
    _ total: Double,
    _ alone: Double,
    _ isRelative: Bool,
    _ plan: inout Plan
  ) {
    plan.speedUp = alone / total
    let isSingle = plan.mode == .single
    if isRelative {
      plan.add("makespan", "unknown", "the figures are of other work and say no time")
    } else {
      plan.makespanSeconds = total
      plan.add(
        "makespan",
        Shown.seconds(total),
        "\(workload.examples) examples at the rates above"
          + (isSingle
            ? "" : ", and \(Shown.seconds(startupSeconds)) to start nodes and fetch results")
      )
    }
    guard !isSingle else { return }
    plan.add(
      "speed-up",
      "\(Shown.number(alone / total)) times the fastest node alone",
      isRelative
        ? "by the ratio of the rates; what the exchange costs is not in it"
        : "which takes \(Shown.seconds(alone))"
    )
  }
}
