import RealignText

/// What is known of a machine that plans may be made for.
public struct MachineProfile: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Rate of matrix products, GFLOPS.
  public var gflops: Double
  /// That rate by core.
  public var gflopsPerCore: Double
  /// Rows at a time with the best throughput.
  public var recommendedBatchSize: Int
  /// Memory in gigabytes.
  public var memoryGigabytes: Double
  /// Where the figures come from.
  public var source: String

  /// A profile.
  public init(
    name: String,
    gflops: Double,
    gflopsPerCore: Double,
    recommendedBatchSize: Int,
    memoryGigabytes: Double,
    source: String
  ) {
    self.name = name
    self.gflops = gflops
    self.gflopsPerCore = gflopsPerCore
    self.recommendedBatchSize = recommendedBatchSize
    self.memoryGigabytes = memoryGigabytes
    self.source = source
  }

  private static let published =
    "published by the project this one follows, on the machine's GPU cores with MLX; other "
    + "places there give other ratios (1.0 to 5.1 between the two): for orientation only"

  /// Two machines that are not here, by figures published for them.
  ///
  /// Best of batch curves of 1 to 64 rows: 776 rows/s at 32 on the M4 Max (40 GPU cores), 278
  /// rows/s at 4 on the M3 Ultra (80 GPU cores).
  public static let reference = [
    MachineProfile(
      name: "M4 Max",
      gflops: 12_956,
      gflopsPerCore: 324,
      recommendedBatchSize: 32,
      memoryGigabytes: 128,
      source: published
    ),
    MachineProfile(
      name: "M3 Ultra",
      gflops: 4599,
      gflopsPerCore: 57,
      recommendedBatchSize: 4,
      memoryGigabytes: 512,
      source: published
    ),
  ]

  /// A machine as it was calibrated, by the figures of the shape measured last.
  public init(_ calibration: MachineCalibration, name: String = "this machine") {
    self.init(
      name: name,
      gflops: calibration.productGFLOPS,
      gflopsPerCore: calibration.productGFLOPS / Double(calibration.threads),
      recommendedBatchSize: calibration.shapes.last
        .flatMap { MachineCalibration.recommendedBatchSize($0.scoring) } ?? 1,
      memoryGigabytes: calibration.machine.memoryGigabytes,
      source: "measured \(calibration.date)"
    )
  }

  /// The record in reports.
  public var json: JSONValue {
    [
      "name": .string(name), "gflops": .number(gflops), "gflops_per_core": .number(gflopsPerCore),
      "recommended_batch_size": .integer(recommendedBatchSize),
      "memory_gb": .number(memoryGigabytes), "source": .string(source),
    ]
  }
}
