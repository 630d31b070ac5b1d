extension MachineProfile {
  /// Two machines that are not here, by figures published for them, contradictions included: for
  /// orientation, never a measurement of this program.
  public static let reference = [m4Max, m3Ultra]

  /// Apple's M4 Max with 40 GPU cores and 128 GB.
  public static let m4Max = MachineProfile(
    name: "M4 Max",
    kind: .apple,
    cores: 40,
    gflops: 12_956,
    gflopsPerCore: 324,
    memoryGigabytes: 128,
    batchCurve: curve([(1, 200), (8, 450), (16, 620), (32, 776), (64, 750)]),
    series: [
      series(parameters: 30_000_000_000, 1.95, "published row of a 30B model"),
      series(parameters: nil, 3.86, "published as real scoring, model not named"),
    ],
    source: published,
    contradictions: [
      Contradiction(
        .machine,
        "full fine-tuning of a 7B model is reported to end at the GPU watchdog (about 5 s), and "
          + "validation of a 4B model to crash, though the same sources send training up to 30B here"
      )
    ] + shared
  )

  /// Apple's M3 Ultra with 80 GPU cores and 512 GB.
  public static let m3Ultra = MachineProfile(
    name: "M3 Ultra",
    kind: .apple,
    cores: 80,
    gflops: 4599,
    gflopsPerCore: 57,
    memoryGigabytes: 512,
    batchCurve: curve([(1, 180), (4, 278), (8, 265), (16, 240), (32, 210)]),
    series: [
      series(parameters: 30_000_000_000, 1.03, "published row of a 30B model"),
      series(parameters: nil, 0.76, "published as real scoring, model not named"),
    ],
    source: published,
    contradictions: [
      Contradiction(
        .batch,
        "another source finds tokens/s constant in the batch (340 with 4, 330 with 16) where the "
          + "curve falls from 278 to 240 rows/s"
      ),
      Contradiction(
        .speed,
        "57 GFLOPS a core times 80 cores are 4560, not 4599"
      ),
    ] + shared
  )

  private static let published =
    "published by the project this one follows, on the machine's GPU cores with MLX; other "
    + "places there give other ratios (1.0 to 5.1 between the two): for orientation only"

  private static func curve(_ points: [(Int, Double)]) -> [MachineCalibration.Rate] {
    points.map { MachineCalibration.Rate(batchSize: $0.0, perSecond: $0.1) }
  }

  private static func series(
    parameters: Int?,
    _ rate: Double,
    _ source: String
  ) -> MeasuredSeries {
    MeasuredSeries(
      task: .scoring,
      parameters: parameters,
      rates: .single(rate),
      source: source
    )
  }

  /// What the sources say of both machines together.
  private static let shared = [
    Contradiction(
      .speed,
      "the M4 Max is 2.8 times as fast by GFLOPS and batch curves, 1.9 times on a 30B model, 5.1 "
        + "times in real scoring and equally fast (0.85 ex/s each) in a later document"
    ),
    Contradiction(
      .speed,
      "0.85, 1.95, 3.86 and 776 examples/s are given for the same M4 Max without naming the model"
    ),
    Contradiction(
      .split,
      "65.5/34.5 is explained by 3.86:0.76, which gives 83.5/16.5; it is 1.95:1.03"
    ),
    Contradiction(
      .split,
      "never 50/50, 65.5/34.5 and 50/50 are each prescribed somewhere, two of them by one change"
    ),
    Contradiction(
      .machine,
      "70B stands in two rows (M4 Max unless above 128 GB; M3 Ultra), and a later document sends "
        + "200B and more to both machines: no row knows the precision"
    ),
    Contradiction(
      .machine,
      "405B in 16 bits is to be sharded over both, but 810 GB are more than their 640 GB"
    ),
    Contradiction(
      .batch,
      "32 and 4 stand beside 4, 8, 16 and a quarter of the memory in GB (32 and 128); the curves "
        + "are of inference but were used as training batches"
    ),
    Contradiction(
      .sharing,
      "sharding 30B over both costs 16 % by the figures (2.98 to 2.5 ex/s) and 20 to 30 % in words"
    ),
    Contradiction(
      .sharing,
      "DPO up to 70B is to run in separate batches, which train two different models, while "
        + "gradient synchronisation is to use RDMA"
    ),
    Contradiction(
      .sharing,
      "latencies of 1 to 300 microseconds and speed-ups of 1.2 to 10 are given for RDMA"
    ),
    Contradiction(
      .environment,
      "nice -n -10 with sudo is prescribed, but macOS does not schedule threads by nice"
    ),
  ]
}
