import Foundation

/// A machine that takes part in a plan.
public struct PlanNode: Sendable, Equatable {
  /// Its name in the plan.
  public var id: String
  /// What is known of it.
  public var profile: MachineProfile
  /// Examples a second of the plan's task, measured there; 0 for a node that is offline, NaN for
  /// one whose measurement failed, nil to take the profile's figures.
  public var throughput: Double?
  /// Examples at a time; nil takes the profile's recommendation.
  public var batchSize: Int?
  /// When the throughput was measured.
  public var timestamp: Date?

  /// A node.
  public init(
    id: String,
    profile: MachineProfile,
    throughput: Double? = nil,
    batchSize: Int? = nil,
    timestamp: Date? = nil
  ) {
    self.id = id
    self.profile = profile
    self.throughput = throughput
    self.batchSize = batchSize
    self.timestamp = timestamp
  }

  /// The published machines, each under its own name: what is planned for without `--nodes`.
  public static let reference = MachineProfile.reference.map { PlanNode(id: $0.name, profile: $0) }

  /// When the node's figures were measured, as far as anybody says.
  var measured: Date? { timestamp ?? profile.date.flatMap(Timestamp.date) }
}

/// What a plan makes of one node.
public struct NodeAssessment: Sendable, Equatable {
  /// The node.
  public var node: PlanNode
  /// What the work takes there, with the chosen batch.
  public var demand: MemoryDemand
  /// Whether it fits with one example at a time.
  public var fits: Bool
  /// Why it fits or does not.
  public var fitReason: String
  /// How many examples at a time; nil where nothing is known.
  public var batch: BatchChoice?
  /// How fast it is; nil where nothing is known.
  public var rate: RateEstimate?
  /// Why there is no batch, no rate, or a doubt.
  public var warnings: [String] = []

  /// Looks at a node.
  init(_ node: PlanNode, _ workload: Workload) {
    self.node = node
    var asked = workload
    asked.batchSize = workload.batchSize ?? node.batchSize
    let smallest = MemoryDemand(workload, batchSize: 1)
    demand = smallest
    do throws(PlanningGap) {
      let capacity = try node.profile.capacity()
      fits = smallest.total <= capacity
      fitReason =
        "\(Shown.bytes(smallest.total)) with one example at a time, "
        + "\(Shown.bytes(capacity)) of memory"
    } catch {
      fits = (node.throughput ?? 0) > 0
      fitReason = "\(error); " + (fits ? "it was measured at the task" : "so it is not relied on")
      warn(fitReason)
    }
    guard fits else { return }
    do throws(PlanningGap) {
      let choice = try node.profile.batchSize(for: asked)
      batch = choice
      demand = MemoryDemand(workload, batchSize: choice.size)
      if let warning = choice.warning { warn(warning) }
      warnAboutMemory()
    } catch {
      // A measured throughput needs no batch curve.
      if node.throughput == nil { warn(error.description) }
    }
    setRate(asked)
  }

  private mutating func warn(_ text: String) { warnings.append("\(node.id): \(text)") }

  private mutating func warnAboutMemory() {
    guard let capacity = try? node.profile.capacity(), demand.total > 0.9 * capacity else { return }
    warn(
      "\(Shown.percent(demand.total / capacity)) of the memory is taken, which leaves "
        + "\(Shown.bytes(capacity - demand.total)) for the system"
        + (node.profile.kind == .apple
          ? "; macOS lets the GPU wire about three quarters unless iogpu.wired_limit_mb is raised"
          : "")
    )
  }

  private mutating func setRate(_ asked: Workload) {
    let known: RateEstimate?
    do throws(PlanningGap) {
      known = try node.profile.rate(for: asked, batchSize: batch?.size)
    } catch {
      known = nil
      if node.throughput == nil { warn(error.description) }
    }
    guard let throughput = node.throughput else {
      rate = known
      for warning in known?.warnings ?? [] { warn(warning) }
      return
    }
    rate = RateEstimate(perSecond: throughput, reason: "measured, as given for the node")
    if let size = batch?.size, let wanted = asked.batchSize, size < wanted {
      warn(
        "its throughput was measured with a batch of \(wanted), but "
          + (batch?.reason ?? "less fits")
      )
    }
    warnAboutDrift(throughput, known)
  }

  /// What a calibration said of this very work, and what was measured since, may differ.
  ///
  /// Published figures always do, and converted ones say little.
  private mutating func warnAboutDrift(_ throughput: Double, _ known: RateEstimate?) {
    guard node.profile.date != nil, let known, !known.isRelative, !known.isConverted else {
      return
    }
    if let text = Drift.text(from: known.perSecond, to: throughput) {
      warn("its calibration has drifted: \(text); realign bench calibrate there")
    }
  }
}

/// Changes of throughput that make a plan doubtful.
enum Drift {
  /// How far two measurements of one thing may differ.
  static let tolerance = 0.1

  /// `3.2 ex/s now, 4 before (-20.0 %)` where they differ by more than the tolerance.
  static func text(from before: Double, to after: Double) -> String? {
    guard abs(after / before - 1) > tolerance else { return nil }
    let change = Shown.percent(after / before - 1)
    return "\(Shown.number(after)) ex/s now, \(Shown.number(before)) before "
      + "(\(after > before ? "+" : "")\(change))"
  }
}
