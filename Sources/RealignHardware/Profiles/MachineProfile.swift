import RealignText

/// What is known of a machine that plans may be made for.
///
/// A profile answers what its figures cover and refuses the rest with a reason; see
/// ``PlanningGap``.
public struct MachineProfile: Sendable, Equatable {
  /// What kind of system runs there, for its environment.
  public enum Kind: String, Sendable, CaseIterable {
    /// macOS on Apple's processors, computing with MLX.
    case apple
    /// Linux, computing with this program.
    case linux
    /// Unknown.
    case other
  }

  /// Its name.
  public var name: String
  /// What kind of system runs there.
  public var kind: Kind
  /// Cores that the figures were measured with: of the GPU where it computes.
  public var cores: Int?
  /// Rate of matrix products, GFLOPS.
  public var gflops: Double?
  /// That rate by core, as its source gives it.
  public var gflopsPerCore: Double?
  /// Memory in gigabytes of 10⁹ bytes.
  public var memoryGigabytes: Double?
  /// Rows a second by rows at a time, of work that the source need not name: good for choosing a
  /// batch, not for times.
  public var batchCurve: [MachineCalibration.Rate]
  /// How fast it does which work.
  public var series: [MeasuredSeries]
  /// Where the figures come from.
  public var source: String
  /// When they were measured, in ISO 8601; nil where nobody says.
  public var date: String?
  /// What else was said of the machine, against these figures or each other.
  public var contradictions: [Contradiction]

  /// A profile; what is nil or empty is unknown.
  public init(
    name: String,
    kind: Kind = .other,
    cores: Int? = nil,
    gflops: Double? = nil,
    gflopsPerCore: Double? = nil,
    memoryGigabytes: Double? = nil,
    batchCurve: [MachineCalibration.Rate] = [],
    series: [MeasuredSeries] = [],
    source: String,
    date: String? = nil,
    contradictions: [Contradiction] = []
  ) {
    self.name = name
    self.kind = kind
    self.cores = cores
    self.gflops = gflops
    self.gflopsPerCore = gflopsPerCore
    self.memoryGigabytes = memoryGigabytes
    self.batchCurve = batchCurve
    self.series = series
    self.source = source
    self.date = date
    self.contradictions = contradictions
  }

  /// A machine as it was calibrated; its batch curve is that of scoring the shape measured last.
  public init(_ calibration: MachineCalibration, name: String = Self.thisMachine) {
    let source = "measured \(calibration.date) with \(calibration.threads) threads"
    self.init(
      name: name,
      kind: .linux,
      cores: calibration.threads,
      gflops: calibration.productGFLOPS,
      gflopsPerCore: calibration.productGFLOPS / Double(calibration.threads),
      memoryGigabytes: calibration.machine.memoryGigabytes,
      batchCurve: calibration.shapes.last?.scoring ?? [],
      series: calibration.shapes.flatMap { MeasuredSeries.all(of: $0, source: source) },
      source: source,
      date: calibration.date
    )
  }

  /// The name of the machine that the program runs on.
  public static let thisMachine = "this machine"

  /// The knee of the batch curve; nil without one.
  public var recommendedBatchSize: Int? { MachineCalibration.recommendedBatchSize(batchCurve) }

  /// Micro-batches of the recommended size that make up an update of so many rows; nil without a
  /// batch curve.
  public func accumulationSteps(effectiveBatchSize: Int) -> Int? {
    recommendedBatchSize.map { (effectiveBatchSize + $0 - 1) / $0 }
  }

  /// Whether a name means this profile: case, spaces, `-` and `_` do not matter.
  public func isNamed(_ text: String) -> Bool { Self.plain(text) == Self.plain(name) }

  private static func plain(_ text: String) -> String {
    text.lowercased().filter { !" -_".contains($0) }
  }

  /// The record in reports; what is unknown is null.
  public var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "name": .string(name), "gflops": number(gflops), "gflops_per_core": number(gflopsPerCore),
      "recommended_batch_size": recommendedBatchSize.map { .integer($0) } ?? .null,
      "memory_gb": number(memoryGigabytes), "source": .string(source),
      "contradictions": .array(contradictions.map { .string($0.text) }),
    ]
  }
}

/// How fast a machine does one kind of work.
public struct MeasuredSeries: Sendable, Equatable {
  /// What was measured.
  public enum Rates: Sendable, Equatable {
    /// Examples a second by examples at a time.
    case curve([MachineCalibration.Rate])
    /// Examples a second, with a batch that the source does not name.
    case single(Double)
  }

  /// The work; nil where the source does not name it.
  public var task: Workload.Task?
  /// Weights of the model; nil where the source does not name it.
  public var parameters: Int?
  /// Tokens computed for an example; nil where they are unknown.
  public var tokensPerExample: Int?
  /// What was measured.
  public var rates: Rates
  /// Where the figures come from.
  public var source: String

  /// A series.
  public init(
    task: Workload.Task?,
    parameters: Int?,
    tokensPerExample: Int? = nil,
    rates: Rates,
    source: String
  ) {
    self.task = task
    self.parameters = parameters
    self.tokensPerExample = tokensPerExample
    self.rates = rates
    self.source = source
  }

  /// What a calibration says of one shape; tables that were not measured are left out.
  static func all(of shape: MachineCalibration.Shape, source: String) -> [MeasuredSeries] {
    let tables: [(Workload.Task, [MachineCalibration.Rate], Int?)] = [
      (.scoring, shape.scoring, shape.tokensPerExample),
      (.training, shape.training, shape.tokensPerPair),
    ]
    return tables.filter { !$0.1.isEmpty }.map { task, rates, tokens in
      MeasuredSeries(
        task: task,
        parameters: shape.parameters,
        tokensPerExample: tokens,
        rates: .curve(rates),
        source: "\(shape.name), \(source)"
      )
    }
  }
}

/// Something said of a machine that does not agree with something else.
public struct Contradiction: Sendable, Equatable {
  /// What it concerns.
  public enum Topic: String, Sendable, CaseIterable {
    /// How much faster one machine is than another.
    case speed
    /// How work is divided.
    case split
    /// Which machine is for which model.
    case machine
    /// How many examples at a time.
    case batch
    /// Whether machines work on one model together.
    case sharing
    /// Environment variables and priority.
    case environment
  }

  /// What it concerns.
  public var topic: Topic
  /// What was said, and why both cannot hold.
  public var text: String

  /// A contradiction.
  public init(_ topic: Topic, _ text: String) {
    self.topic = topic
    self.text = text
  }
}
