import Foundation

/// Why a question has no answer: there is no figure for it.
public struct PlanningGap: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reason, a phrase.
  public var description: String

  /// A refusal.
  public init(_ reason: String) { description = reason }
}

/// How many examples at a time, and why.
public struct BatchChoice: Sendable, Equatable {
  /// Examples at a time.
  public var size: Int
  /// Why so many.
  public var reason: String
  /// What is wrong with it, if anything.
  public var warning: String?
}

/// How fast work is done, and how that is known.
public struct RateEstimate: Sendable, Equatable {
  /// Examples a second.
  public var perSecond: Double
  /// Whether the figure is of other work, so that it may be compared between machines but says no
  /// time.
  public var isRelative = false
  /// Whether it was measured with another model, length or method, and converted.
  public var isConverted = false
  /// Where the figure comes from and what was done to it.
  public var reason: String
  /// What is doubtful about it.
  public var warnings: [String] = []
}

extension MachineProfile {
  /// Bytes of memory.
  ///
  /// - Throws: `PlanningGap` where it is unknown.
  public func capacity() throws(PlanningGap) -> Double {
    guard let memoryGigabytes else {
      throw PlanningGap("the memory of \(name) is unknown")
    }
    return 1e9 * memoryGigabytes
  }

  /// Whether the work fits with one example at a time.
  ///
  /// - Throws: `PlanningGap` where the memory is unknown.
  public func fits(_ workload: Workload) throws(PlanningGap) -> Bool {
    MemoryDemand(workload, batchSize: 1).total <= (try capacity())
  }

  /// The most examples at a time that memory allows, 0 where not even one fits.
  ///
  /// - Throws: `PlanningGap` where the memory is unknown.
  public func largestBatchSize(for workload: Workload) throws(PlanningGap) -> Int {
    let one = MemoryDemand(workload, batchSize: 1)
    let room = (try capacity()) - one.state
    return Int(min(max(room / (one.total - one.state), 0), 1e9))
  }

  /// How many examples at a time: as asked for or else the knee of the batch curve, less where
  /// memory asks for less, and in training no more than an update has.
  ///
  /// A batch beyond the knee that the curve says is slower is flagged.
  ///
  /// - Throws: `PlanningGap` without a batch curve, and where the work does not fit.
  public func batchSize(for workload: Workload) throws(PlanningGap) -> BatchChoice {
    let (rates, origin) = curve(for: workload)
    let knee = MachineCalibration.recommendedBatchSize(rates)
    guard let wanted = workload.batchSize ?? knee else {
      throw PlanningGap("no batch curve, and no batch asked for")
    }
    var choice = BatchChoice(size: wanted, reason: "as asked for")
    if workload.batchSize == nil {
      choice.reason = "the smallest within 5 % of the best rate of its curve (\(origin))"
    }
    if workload.task == .training, choice.size > workload.globalBatchSize {
      choice.size = workload.globalBatchSize
      choice.reason = "an update has no more"
    }
    if let largest = try? largestBatchSize(for: workload), largest < choice.size {
      guard largest > 0 else {
        throw PlanningGap("not even one example at a time fits the memory of \(name)")
      }
      choice.reason = "memory allows no more than \(largest), not \(choice.size)"
      choice.size = largest
    }
    choice.warning = doubt(choice.size, knee: knee, rates)
    return choice
  }

  /// What the curve says against a batch: past its knee that it is slower, before it how much.
  private func doubt(
    _ size: Int,
    knee: Int?,
    _ rates: [MachineCalibration.Rate]
  ) -> String? {
    guard let knee, size != knee, let there = BatchCurve.perSecond(rates, at: size),
      let best = BatchCurve.perSecond(rates, at: knee), there < best
    else { return nil }
    let figures = "\(Shown.number(there)) rows/s there and \(Shown.number(best)) with \(knee)"
    return size > knee
      ? "a batch of \(size) on \(name) is the anti-pattern: its curve gives \(figures)"
      : "a batch of \(size) is below the optimum: the curve of \(name) gives \(figures)"
  }

  /// The rates by batch that suit a workload best, and what they are of.
  private func curve(
    for workload: Workload
  ) -> (rates: [MachineCalibration.Rate], origin: String) {
    let own = nearest(to: workload) { series in
      if case .curve = series.rates { series.task == workload.task } else { false }
    }
    if let own, case .curve(let rates) = own.rates { return (rates, own.source) }
    return (batchCurve, "of work that its source does not name")
  }

  /// How fast the work is done with so many examples at a time; nil is the recommended number.
  ///
  /// The series of the task nearest in size is taken and converted in proportion to parameters
  /// and, where the length is given and known, tokens. Without a series of the task, another's
  /// stands in for comparisons.
  ///
  /// - Throws: `PlanningGap` without any series.
  public func rate(
    for workload: Workload,
    batchSize: Int? = nil
  ) throws(PlanningGap) -> RateEstimate {
    let own = nearest(to: workload) { $0.task == workload.task }
    guard let series = own ?? nearest(to: workload, where: { $0.task != nil }) else {
      throw PlanningGap("no throughput for \(workload.task.rawValue)")
    }
    var estimate = base(series, batchSize)
    if own == nil {
      estimate.isRelative = true
      let task = series.task?.rawValue ?? "other work"
      estimate.warnings.append(
        "no throughput for \(workload.task.rawValue): figures for \(task) serve to compare "
          + "machines and say no time"
      )
    } else {
      convertMethod(&estimate, workload)
    }
    convertSize(&estimate, series, workload)
    convertLength(&estimate, series, workload)
    return estimate
  }

  /// Seconds for all examples on this machine alone.
  ///
  /// - Throws: `PlanningGap` where the work does not fit or there is no throughput for its task.
  public func seconds(for workload: Workload) throws(PlanningGap) -> Double {
    guard try fits(workload) else {
      throw PlanningGap("\(workload.name) does not fit the memory of \(name)")
    }
    let rate = try rate(for: workload, batchSize: (try? batchSize(for: workload))?.size)
    guard !rate.isRelative else { throw PlanningGap(rate.warnings[0]) }
    return Double(workload.examples) / rate.perSecond
  }
}

extension MachineProfile {
  /// The admissible series whose model is nearest in size, by ratio; one that names no size only
  /// where none does.
  private func nearest(
    to workload: Workload,
    where isAdmissible: (MeasuredSeries) -> Bool
  ) -> MeasuredSeries? {
    func distance(_ series: MeasuredSeries) -> Double {
      guard let parameters = series.parameters else { return .infinity }
      return abs(log(Double(parameters) / Double(workload.parameters)))
    }
    return series.filter(isAdmissible).min { distance($0) < distance($1) }
  }

  /// The rate as it was measured, at a batch size.
  private func base(_ series: MeasuredSeries, _ batchSize: Int?) -> RateEstimate {
    switch series.rates {
    case .curve(let rates):
      let size = batchSize ?? MachineCalibration.recommendedBatchSize(rates) ?? 1
      return RateEstimate(
        perSecond: BatchCurve.perSecond(rates, at: size) ?? .nan,
        reason: "\(series.source), \(size) at a time"
      )
    case .single(let rate):
      // A batch curve of unnamed work says nothing of this one's absolute rate.
      return RateEstimate(perSecond: rate, reason: "\(series.source), batch not named")
    }
  }

  /// Rates of training are of adapters: all weights take three passes' operations where adapters
  /// take two.
  private func convertMethod(_ estimate: inout RateEstimate, _ workload: Workload) {
    guard workload.task == .training, workload.method == .full else { return }
    estimate.perSecond *= 2 / 3
    estimate.isConverted = true
    estimate.reason += ", times 2/3 for gradients of all weights"
  }

  private func convertSize(
    _ estimate: inout RateEstimate,
    _ series: MeasuredSeries,
    _ workload: Workload
  ) {
    guard let parameters = series.parameters else {
      estimate.warnings.append(
        "the model behind \(Shown.number(estimate.perSecond)) ex/s is not named; it is taken for "
          + "this one"
      )
      return
    }
    guard parameters != workload.parameters else { return }
    let factor = Double(parameters) / Double(workload.parameters)
    estimate.perSecond *= factor
    let measured = ParameterCount.text(parameters)
    if measured != ParameterCount.text(workload.parameters) {
      estimate.isConverted = true
      estimate.reason += ", converted from \(measured) by parameters"
    }
    guard factor > 4 || factor < 0.25 else { return }
    estimate.warnings.append(
      "measured with a model \(Shown.number(max(factor, 1 / factor))) times as "
        + "\(factor < 1 ? "small" : "large") (\(measured)): times are rough, shares less so"
    )
  }

  private func convertLength(
    _ estimate: inout RateEstimate,
    _ series: MeasuredSeries,
    _ workload: Workload
  ) {
    guard workload.isLengthGiven else { return }
    guard let tokens = series.tokensPerExample else {
      estimate.warnings.append(
        "how long the measured examples were is unknown; times are not converted to "
          + "\(workload.sequenceLength) tokens"
      )
      return
    }
    guard tokens != workload.sequenceLength else { return }
    estimate.perSecond *= Double(tokens) / Double(workload.sequenceLength)
    estimate.isConverted = true
    estimate.reason += ", converted from \(tokens) tokens to \(workload.sequenceLength)"
  }
}

/// Rates between the batch sizes that were measured.
enum BatchCurve {
  /// The rate with so many at a time, nil without rates.
  ///
  /// Between neighbours on a straight line, beyond the ends that of the nearest.
  static func perSecond(_ rates: [MachineCalibration.Rate], at size: Int) -> Double? {
    let sorted = rates.sorted { $0.batchSize < $1.batchSize }
    guard let above = sorted.first(where: { $0.batchSize >= size }) else {
      return sorted.last?.perSecond
    }
    guard above.batchSize > size, let below = sorted.last(where: { $0.batchSize < size }) else {
      return above.perSecond
    }
    let part = Double(size - below.batchSize) / Double(above.batchSize - below.batchSize)
    return below.perSecond + part * (above.perSecond - below.perSecond)
  }
}
