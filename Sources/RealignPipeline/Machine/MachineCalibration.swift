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

    /// The figures of a shape.
    public init(
      name: String,
      parameters: Int,
      scoring: [Rate],
      training: [Rate],
      generation: [Rate]
    ) {
      self.name = name
      self.parameters = parameters
      self.scoring = scoring
      self.training = training
      self.generation = generation
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
    version: String = ProgramVersion.number,
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

  /// The smallest batch within 5 % of the best rate: beyond it only memory grows.
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
}
