import Foundation
import Testing

@testable import RealignHardware

/// The published tables, row by row: decisions by model and precision.
@Suite("Decisions for the published machines")
struct PublishedDecisionTests {
  struct Case: Sendable, CustomStringConvertible {
    let parameters: String
    let format: WeightFormat
    var training: Workload.Method?
    let mode: Plan.Mode
    let machine: String?
    /// Whether it fits the M4 Max and the M3 Ultra.
    let fits: [Bool]
    /// Whether the plan agrees with each published rule.
    let agrees: [Bool]

    var description: String { "\(parameters) \(format) \(training.map { "\($0)" } ?? "scoring")" }
  }

  static let both = [true, true]
  static let large = [false, true]
  static let none = [false, false]

  /// Rules in order: machine matrix (70B has two rows), DPO table, RDMA table.
  static let cases: [Case] = [
    Case("135M", .fp32, .separate, "M4 Max", both, [true]),
    Case("7B", .fp16, .separate, "M4 Max", both, [true]),
    Case("30B", .int4, .separate, "M4 Max", both, [true]),
    Case("30B", .fp16, .separate, "M4 Max", both, [true]),
    Case("30B", .fp32, .separate, "M4 Max", both, [true]),
    Case("60B", .fp16, .separate, "M4 Max", both, [true]),
    Case("64B", .fp16, .single, "M3 Ultra", large, [false]),
    Case("65B", .fp16, .single, "M3 Ultra", large, [true]),
    Case("70B", .fp16, .single, "M3 Ultra", large, [true, true, true]),
    Case("70B", .fp32, .single, "M3 Ultra", large, [true, true, true]),
    Case("70B", .int8, .separate, "M4 Max", both, [true, false, false]),
    Case("70B", .int4, .separate, "M4 Max", both, [true, false, false]),
    Case("100B", .fp16, .single, "M3 Ultra", large, [true, true]),
    Case("200B", .fp16, .single, "M3 Ultra", large, [true, true]),
    Case("200B", .int4, .separate, "M4 Max", both, [false, false]),
    Case("250B", .fp16, .single, "M3 Ultra", large, [true, false]),
    Case("256B", .fp16, .rdma, "M4 Max + M3 Ultra", none, [false, true]),
    Case("300B", .fp16, .rdma, "M4 Max + M3 Ultra", none, [false, true, true]),
    Case("320B", .fp16, .infeasible, nil, none, [false, false, false]),
    Case("405B", .fp16, .infeasible, nil, none, [false, false, false]),
    Case("405B", .fp32, .infeasible, nil, none, [false, false, false]),
    Case("405B", .int8, .single, "M3 Ultra", large, [true, false]),
    Case("405B", .int4, .single, "M3 Ultra", large, [true, false]),
    Case("1T", .int4, .rdma, "M4 Max + M3 Ultra", none, [false, true]),
    Case("7B", .bf16, .rdma, "M4 Max", both, [true], training: .full),
    Case("14B", .bf16, .single, "M3 Ultra", large, [false], training: .full),
    Case("30B", .bf16, .single, "M3 Ultra", large, [false], training: .full),
    Case("30B", .fp32, .single, "M3 Ultra", large, [false], training: .full),
    Case("32B", .bf16, .single, "M3 Ultra", large, [false], training: .full),
    Case("43B", .bf16, .rdma, "M4 Max + M3 Ultra", none, [false], training: .full),
    Case("70B", .bf16, .infeasible, nil, none, [false, false, false], training: .full),
    Case("30B", .fp16, .rdma, "M4 Max", both, [true], training: .lora(rank: 16)),
    Case("70B", .int4, .rdma, "M4 Max", both, [true, false, false], training: .lora(rank: 16)),
    Case("70B", .fp16, .single, "M3 Ultra", large, [true, true, true], training: .lora(rank: 16)),
  ]

  @Test("bytes and throughput decide; the rule by parameters is shown beside", arguments: cases)
  func decision(_ item: Case) throws {
    let workload = Workload(
      parameters: try ParameterCount.parse(item.parameters),
      format: item.format,
      task: item.training == nil ? .scoring : .training,
      method: item.training ?? .lora(rank: 16)
    )
    let plan = Planner(workload: workload).plan()
    #expect(plan.mode == item.mode)
    #expect(plan.machine == item.machine)
    #expect(plan.assessments.map(\.fits) == item.fits)
    #expect(plan.rules.map { plan.agrees(with: $0) } == item.agrees)
    #expect(plan.lines.allSatisfy { !$0.reason.isEmpty })
    let published = plan.lines.filter { $0.subject == "published rule" }
    #expect(published.map { $0.reason == "the plan agrees" } == item.agrees)
  }
}

extension PublishedDecisionTests.Case {
  init(
    _ parameters: String,
    _ format: WeightFormat,
    _ mode: Plan.Mode,
    _ machine: String?,
    _ fits: [Bool],
    _ agrees: [Bool],
    training: Workload.Method? = nil
  ) {
    self.init(
      parameters: parameters,
      format: format,
      training: training,
      mode: mode,
      machine: machine,
      fits: fits,
      agrees: agrees
    )
  }
}

/// Published throughput pairs: what share follows from each.
@Suite("Shares and makespans of the published figures")
struct PublishedShareTests {
  @Test(
    "shares follow the throughput",
    arguments: [
      ([12_956, 4599], [0.738, 0.262]), ([3.86, 0.76], [0.8355, 0.1645]),
      ([1.95, 1.03], [0.6544, 0.3456]), ([776, 278], [0.736, 0.264]), ([0.85, 0.85], [0.5, 0.5]),
      ([1.2, 0.85, 0.65], [0.4444, 0.3148, 0.2407]), ([1.2, 0.85], [0.585, 0.415]),
    ] as [([Double], [Double])]
  )
  func shares(_ rates: [Double], _ expected: [Double]) {
    var planner = PlanFixture.planner(rates)
    // At 12,956 examples a second the start-up would decide.
    planner.startupSeconds = 0
    let plan = planner.plan()
    #expect(plan.shares.count == rates.count)
    for (share, value) in zip(plan.shares, expected) {
      // The published figures have three or four digits.
      #expect(abs(share.fraction - value) <= 5e-4)
      #expect(abs(Double(share.examples ?? 0) - 1e4 * share.fraction) < 1)
    }
    #expect(plan.shares.reduce(0) { $0 + ($1.examples ?? 0) } == 10_000)
    #expect(plan.mode == .separate)
  }

  @Test(
    "10,000 examples at 3.86 and 0.76 take what the tables say",
    arguments: [
      ([5000, 5000], 6579), ([6550, 3450], 4540), ([8355, 1645], 2165), ([10_000, 0], 2591),
    ] as [([Int], Double)]
  )
  func makespan(_ parts: [Int], _ seconds: Double) {
    #expect(WorkSplit.seconds(parts, [3.86, 0.76]).rounded(.up) == seconds)
  }

  @Test("the plan for 3.86 and 0.76 is the optimum, and names the mistakes with their times")
  func mistakes() throws {
    var planner = PlanFixture.planner([3.86, 0.76])
    planner.startupSeconds = 0
    planner.nodes[0].profile.name = "M4 Max"
    planner.nodes[1].profile.name = "M3 Ultra"
    planner.nodes[0].profile.cores = 40
    planner.nodes[1].profile.cores = 80
    let plan = planner.plan()
    #expect(plan.shares.map(\.examples) == [8355, 1645])
    #expect(try #require(plan.makespanSeconds).rounded(.up) == 2165)
    #expect(abs(try #require(plan.speedUp) - 2590.7 / 2164.5) < 1e-4)
    func way(_ name: String) throws -> Plan.Alternative {
      try #require(plan.alternatives.first { $0.name == name })
    }
    #expect(try way("equal shares").seconds?.rounded() == 6579)
    // Twice the cores get twice the work: a third and two thirds.
    #expect(try way("by cores").seconds?.rounded() == 8772)
    let published = try way("published 65.5/34.5")
    #expect(published.seconds?.rounded() == 4539)
    #expect(abs(published.timesThePlan - 2.1) < 0.01)
    // 1.75 times as slow as the fast machine alone.
    let alone = try #require(try way("fastest node alone").seconds)
    #expect(abs((published.seconds ?? 0) / alone - 1.75) < 0.01)
  }

  @Test("between equal machines 65.5/34.5 costs 31 %, and 50/50 is right")
  func equalMachines() throws {
    #expect(WorkSplit.seconds([6550, 3450], [0.85, 0.85]).rounded() == 7706)
    #expect(WorkSplit.seconds([5000, 5000], [0.85, 0.85]).rounded() == 5882)
    #expect(abs(7706.0 / 5882 - 1.31) < 0.001)
    let plan = PlanFixture.plan([0.85, 0.85])
    #expect(plan.shares.map(\.examples) == [5000, 5000])
    let equal = try #require(plan.alternatives.first { $0.name == "equal shares" })
    #expect(equal.timesThePlan == 1)
    #expect(!plan.warnings.contains { $0.contains("straggler") })
  }

  @Test("65.5 % of 10,000 are 6550, the rest 3450")
  func fixedSplit() {
    #expect(WorkShares.largestRemainder(10_000, weights: [65.5, 34.5]) == [6550, 3450])
  }
}

/// Each published contradiction, and what the program does about it.
@Suite("Contradictions of the published figures")
struct ContradictionTests {
  private let fast = MachineProfile.m4Max
  private let large = MachineProfile.m3Ultra

  private func texts(_ topic: Contradiction.Topic) -> String {
    (fast.contradictions + large.contradictions).filter { $0.topic == topic }.map(\.text)
      .joined(separator: " ")
  }

  @Test("1: the speed ratio is 2.8, 5.7, 5.1, 1.9 or 1.0, by the row that is read")
  func speedRatio() throws {
    #expect(abs(try #require(fast.gflops) / #require(large.gflops) - 2.82) < 0.005)
    #expect(abs(try #require(fast.gflopsPerCore) / #require(large.gflopsPerCore) - 5.7) < 0.02)
    func rate(_ profile: MachineProfile, _ index: Int) -> Double {
      if case .single(let rate) = profile.series[index].rates { rate } else { .nan }
    }
    #expect(abs(rate(fast, 0) / rate(large, 0) - 1.89) < 0.005)
    #expect(abs(rate(fast, 1) / rate(large, 1) - 5.08) < 0.005)
    for ratio in ["2.8", "1.9", "5.1", "0.85"] { #expect(texts(.speed).contains(ratio)) }
  }

  @Test("2: 65.5/34.5 comes from 1.95:1.03, not from 3.86:0.76")
  func split() {
    #expect(abs(WorkShares.fractions([1.95, 1.03])[0] - 0.655) < 0.001)
    #expect(abs(WorkShares.fractions([3.86, 0.76])[0] - 0.835) < 0.001)
    #expect(texts(.split).contains("83.5/16.5"))
  }

  @Test("3: 50/50 is neither always right nor always wrong")
  func halves() throws {
    let uneven = PlanFixture.plan([1.95, 1.03])
    let equal = try #require(uneven.alternatives.first { $0.name == "equal shares" })
    #expect(abs(equal.timesThePlan - (5000 / 1.03 + 2) / (10_000 / 2.98 + 2)) < 1e-3)
    #expect(texts(.split).contains("50/50"))
  }

  @Test("4: a figure whose model is not named gives no time where one that is named exists")
  func unnamedModel() throws {
    let workload = Workload(parameters: 30_000_000_000, format: .fp16, task: .scoring)
    #expect(try fast.rate(for: workload).perSecond == 1.95)
    #expect(try fast.seconds(for: workload) == 10_000 / 1.95)
    #expect(texts(.speed).contains("776"))
  }

  @Test("5: GFLOPS a core times cores are the total only nearly")
  func cores() throws {
    #expect(try #require(fast.gflopsPerCore) * 40 == 12_960)
    #expect(try #require(large.gflopsPerCore) * 80 == 4560)
    #expect(texts(.speed).contains("4560, not 4599"))
  }

  @Test("6: 70B stands in two rows; its precision decides")
  func seventyBillion() {
    let rules = PublishedRule.rules(parameters: 70_000_000_000, weightBytes: 35e9)
    #expect(rules.map(\.choice) == [.m4Max, .m3Ultra, .m3Ultra])
    let half = PublishedRule.rules(parameters: 70_000_000_000, weightBytes: 140e9)
    #expect(half.map(\.choice) == [.m3Ultra, .m3Ultra, .m3Ultra])
    // About 40 GB in 4 bits, scales included.
    let workload = Workload(parameters: 70_000_000_000, format: .int4, task: .scoring)
    #expect(abs(MemoryDemand(workload, batchSize: 1).state - 39.4e9) < 0.1e9)
  }

  @Test("7: 405B in 16 bits take 810 GB, more than both machines have")
  func tooLarge() {
    let workload = Workload(parameters: 405_000_000_000, format: .fp16, task: .scoring)
    let plan = Planner(workload: workload).plan()
    #expect(plan.demand.weights == 810e9)
    #expect(plan.shares.isEmpty && plan.makespanSeconds == nil && plan.speedUp == nil)
    #expect(plan.lines.contains { $0.reason.contains("640 GB together: sharding does not help") })
    #expect(plan.rules.contains { $0.choice == .both })
  }

  @Test("8: full fine-tuning is not for the machine that models up to 30B are sent to")
  func training() {
    #expect(texts(.machine).contains("watchdog"))
    let workload = Workload(
      parameters: 30_000_000_000,
      format: .bf16,
      task: .training,
      method: .full
    )
    #expect(Planner(workload: workload).plan().machine == "M3 Ultra")
  }

  @Test("9: batches of 32 and 4, accumulated once and 8 times for an update of 32")
  func batch() throws {
    #expect(fast.recommendedBatchSize == 32 && large.recommendedBatchSize == 4)
    #expect(fast.accumulationSteps(effectiveBatchSize: 32) == 1)
    #expect(large.accumulationSteps(effectiveBatchSize: 32) == 8)
    var workload = Workload(parameters: 8_000_000_000, format: .fp16, task: .scoring)
    workload.batchSize = 32
    #expect(try fast.batchSize(for: workload).warning == nil)
    let flagged = try #require(try large.batchSize(for: workload).warning)
    #expect(flagged.contains("anti-pattern") && flagged.contains("210") && flagged.contains("278"))
    #expect(texts(.batch).contains("340 with 4, 330 with 16"))
  }

  @Test("10: separate batches add throughput up, and cannot train one model")
  func separateOrShared() {
    let scoring = Workload(parameters: 30_000_000_000, format: .int4, task: .scoring)
    let separate = Planner(workload: scoring).plan()
    let reason = separate.lines.first { $0.subject == "mode" }?.reason ?? ""
    #expect(reason.contains("1.95 + 1.03 = 2.98 ex/s"))
    #expect(abs(2.5 / 2.98 - 0.84) < 0.002)
    var training = scoring
    training.task = .training
    training.isSynchronized = true
    #expect(Planner(workload: training).plan().mode == .rdma)
    #expect(texts(.sharing).contains("two different models"))
  }

  @Test("11: no latency is assumed: without a measured link its cost is not in the plan")
  func link() {
    #expect(texts(.sharing).contains("1 to 300 microseconds"))
    let planner = PlanFixture.planner([4, 4], task: .training)
    #expect(planner.plan().warnings.contains { $0.contains("no link was measured") })
  }

  @Test("12, 13: environment lines carry their caveats, and Linux needs no root")
  func environment() throws {
    let apple = NodeEnvironment(PlanNode(id: "a", profile: fast))
    func line(_ name: String) throws -> NodeEnvironment.Line {
      try #require(apple.lines.first { $0.name == name })
    }
    #expect(try line("MLX_METAL_PREALLOCATE").value == "1")
    #expect(try line("MLX_METAL_PREALLOCATE").reason.contains("not among MLX's documented"))
    #expect(try line("MLX_METAL_FAST_SYNCH").value == "1")
    #expect(try line("MLX_METAL_FAST_SYNCH").reason.contains("deadlock"))
    #expect(try line("TOKENIZERS_PARALLELISM").value == "false")
    #expect(try !line("priority").value.contains("nice"))
    let profile = MachineProfile(name: "b", kind: .linux, cores: 6, source: "test")
    let linux = NodeEnvironment(PlanNode(id: "b", profile: profile))
    #expect(
      linux.lines.map { "\($0.name)=\($0.value)" } == [
        "OPENBLAS_NUM_THREADS=6", "affinity=taskset -c 0-5", "TOKENIZERS_PARALLELISM=false",
        "priority=nice -n 10",
      ]
    )
    #expect(texts(.environment).contains("macOS does not schedule threads by nice"))
  }

  @Test("18: AdamW takes 12 bytes a weight in 16 bits, 16 in single precision, 20 with a reference")
  func memoryRule() {
    func perWeight(_ format: WeightFormat, reference: Bool = false) -> Double {
      let workload = Workload(
        parameters: 1_000_000_000,
        format: format,
        task: .training,
        method: .full,
        keepsReference: reference
      )
      return MemoryDemand(workload, batchSize: 1).state / 1e9
    }
    #expect(perWeight(.bf16) == 12)
    #expect(perWeight(.fp32) == 16)
    #expect(perWeight(.fp32, reference: true) == 20)
  }

  @Test("20: a dense 32B is fully trained on 512 GB; 200B and more are not always distributed")
  func largest() throws {
    let workload = Workload(
      parameters: 32_000_000_000,
      format: .bf16,
      task: .training,
      method: .full
    )
    #expect(try large.fits(workload) && !fast.fits(workload))
    let rules = PublishedRule.rules(parameters: 250_000_000_000, weightBytes: 500e9)
    #expect(rules.map(\.choice) == [.m3Ultra, .both])
  }

  @Test(
    "the batch curves are the published ones",
    arguments: [
      ("M4 Max", 1, 200), ("M4 Max", 8, 450), ("M4 Max", 16, 620), ("M4 Max", 32, 776),
      ("M4 Max", 64, 750), ("M3 Ultra", 1, 180), ("M3 Ultra", 4, 278), ("M3 Ultra", 8, 265),
      ("M3 Ultra", 16, 240), ("M3 Ultra", 32, 210),
    ]
  )
  func curve(_ name: String, _ batch: Int, _ rate: Double) throws {
    let profile = try #require(MachineProfile.reference.first { $0.name == name })
    #expect(BatchCurve.perSecond(profile.batchCurve, at: batch) == rate)
    #expect(profile.memoryGigabytes == (name == "M4 Max" ? 128 : 512))
    #expect(profile.source.contains("for orientation only"))
  }
}
