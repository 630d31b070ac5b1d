import Foundation
import RealignNumerics
import RealignText

/// What `realign bench calibrate` measured on a machine, and what the program plans with.
///
/// It changes what is said and planned, never a result: no bit depends on it.
public struct MachineCalibration: Sendable, Equatable {
  /// The machine measured; figures of another are of no use.
  public struct Machine: Sendable, Equatable {
    /// The processor's name.
    public var processor: String
    /// Processors the process may use.
    public var cores: Int
    /// The widest vector instructions.
    public var instructionSet: String
    /// The kernels that matrix products run on.
    public var kernel: String
    /// Memory in gigabytes of 10⁹ bytes.
    public var memoryGigabytes: Double

    /// A machine.
    public init(
      processor: String,
      cores: Int,
      instructionSet: String,
      kernel: String,
      memoryGigabytes: Double
    ) {
      self.processor = processor
      self.cores = cores
      self.instructionSet = instructionSet
      self.kernel = kernel
      self.memoryGigabytes = memoryGigabytes
    }

    /// This one.
    public static var current: Machine {
      Machine(
        processor: MachineInformation.processor,
        cores: MachineInformation.coreCount,
        instructionSet: MachineInformation.instructionSet,
        kernel: Matrix.kernelName,
        memoryGigabytes: (Double(MachineInformation.memoryBytes) / 1e8).rounded() / 10
      )
    }
  }

  /// How much is done in a second with so many at a time.
  public struct Rate: Sendable, Equatable {
    /// Prompts or pairs at a time.
    public var batchSize: Int
    /// Scored completions, new tokens or pairs a second.
    public var perSecond: Double
    /// Rate of the model's useful operations; nil where it was not counted.
    public var gflops: Double?

    /// A rate.
    public init(batchSize: Int, perSecond: Double, gflops: Double? = nil) {
      self.batchSize = batchSize
      self.perSecond = perSecond
      self.gflops = gflops
    }
  }

  /// What a model of one shape does on the machine.
  public struct Shape: Sendable, Equatable {
    /// Its name, such as `smollm2-135m`.
    public var name: String
    /// Weights of the model.
    public var parameters: Int
    /// Scored completions a second, by prompts at a time.
    public var scoring: [Rate]
    /// Preference pairs a second in LoRA training, by pairs in a step.
    public var training: [Rate]
    /// New tokens a second, by prompts at a time.
    public var generation: [Rate]
    /// Tokens computed for a scored completion, its share of the prompt counted; nil where they
    /// were not recorded.
    public var tokensPerExample: Int?
    /// Tokens computed for a pair; nil where they were not recorded.
    public var tokensPerPair: Int?

    /// The figures of a shape.
    public init(
      name: String,
      parameters: Int,
      scoring: [Rate],
      training: [Rate],
      generation: [Rate],
      tokensPerExample: Int? = nil,
      tokensPerPair: Int? = nil
    ) {
      self.name = name
      self.parameters = parameters
      self.scoring = scoring
      self.training = training
      self.generation = generation
      self.tokensPerExample = tokensPerExample
      self.tokensPerPair = tokensPerPair
    }
  }

  /// The machine measured.
  public var machine: Machine
  /// The program's version.
  public var version: String
  /// When, in ISO 8601.
  public var date: String
  /// Threads used.
  public var threads: Int
  /// Rate of large matrix products, GFLOPS.
  public var productGFLOPS: Double
  /// Bandwidth of main memory, GB/s.
  public var memoryBandwidth: Double
  /// Figures by shape of the model, in the order in which they were first measured.
  public var shapes: [Shape]

  /// A calibration.
  public init(
    machine: Machine,
    version: String,
    date: String,
    threads: Int,
    productGFLOPS: Double,
    memoryBandwidth: Double,
    shapes: [Shape]
  ) {
    self.machine = machine
    self.version = version
    self.date = date
    self.threads = threads
    self.productGFLOPS = productGFLOPS
    self.memoryBandwidth = memoryBandwidth
    self.shapes = shapes
  }

  /// The knee of a batch curve: the smallest batch within 5 % of the best rate.
  ///
  /// Beyond it only memory grows. Nil without rates.
  public static func recommendedBatchSize(_ rates: [Rate]) -> Int? {
    let best = rates.map(\.perSecond).max() ?? 0
    return rates.filter { $0.perSecond >= 0.95 * best }.map(\.batchSize).min()
  }

  /// Rate of useful operations in training, GFLOPS, of the shape nearest in size: the lowest over
  /// batch sizes, since real rows are of uneven length.
  public func trainingGFLOPS(parameters: Int) -> Double? {
    let measured = shapes.compactMap { shape in
      shape.training.compactMap(\.gflops).min().map { (parameters: shape.parameters, rate: $0) }
    }
    func distance(_ other: Int) -> Double { abs(log(Double(other) / Double(parameters))) }
    return measured.min { distance($0.parameters) < distance($1.parameters) }?.rate
  }

  /// This calibration with the shapes of an earlier one of the same machine that it lacks.
  public func adding(_ earlier: MachineCalibration) -> MachineCalibration {
    guard earlier.machine == machine, earlier.threads == threads else { return self }
    var result = self
    result.shapes =
      earlier.shapes.filter { old in !shapes.contains { $0.name == old.name } } + shapes
    return result
  }

  /// By how much rates have changed since an earlier calibration of the same machine: each that
  /// both have and that differs by more than a fraction, in order.
  ///
  /// - Parameters:
  ///   - earlier: The calibration before.
  ///   - tolerance: How far the quotient of a rate may be from 1.
  public func drift(since earlier: MachineCalibration, beyond tolerance: Double = 0.1) -> [Drift] {
    guard earlier.machine == machine, earlier.threads == threads else { return [] }
    var figures = [
      Drift(name: "matrix products", before: earlier.productGFLOPS, after: productGFLOPS),
      Drift(name: "memory", before: earlier.memoryBandwidth, after: memoryBandwidth),
    ]
    for shape in shapes {
      guard let old = earlier.shapes.first(where: { $0.name == shape.name }) else { continue }
      for (work, before, after) in [
        ("scoring", old.scoring, shape.scoring), ("training", old.training, shape.training),
        ("generation", old.generation, shape.generation),
      ] {
        figures += after.compactMap { rate in
          before.first { $0.batchSize == rate.batchSize }.map {
            Drift(
              name: "\(work) \(shape.name), \(rate.batchSize) at a time",
              before: $0.perSecond,
              after: rate.perSecond
            )
          }
        }
      }
    }
    return figures.filter { abs($0.ratio - 1) > tolerance }
  }

  /// A rate that has changed.
  public struct Drift: Sendable, Equatable {
    /// Of what.
    public var name: String
    /// The earlier rate.
    public var before: Double
    /// The later rate.
    public var after: Double

    /// The later rate over the earlier.
    public var ratio: Double { after / before }
  }
}
