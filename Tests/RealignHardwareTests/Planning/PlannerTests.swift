import Foundation
import Testing

@testable import RealignHardware

@Suite("Planner")
struct PlannerTests {
  /// The least time over all divisions of the examples, start-up counted where more than one node
  /// works.
  private func bruteForce(_ planner: Planner) -> Double {
    let rates = planner.nodes.compactMap(\.throughput)
    let total = planner.workload.examples
    var best = Double.infinity
    for a in 0...total {
      for b in 0...(total - a) where rates.count == 3 || a + b == total {
        let parts = [a, b, total - a - b]
        let used = parts.count { $0 > 0 }
        let work = WorkSplit.seconds(parts, rates + [.infinity])
        best = min(best, work + (used > 1 ? planner.startupSeconds : 0))
      }
    }
    return best
  }

  @Test(
    "the makespan is within 2 % of the least over all divisions",
    arguments: [
      [3.86, 0.76], [1.95, 1.03], [0.85, 0.85], [1.2, 0.85, 0.65], [10, 1, 0.2], [1, 1, 1],
    ]
  )
  func optimum(_ rates: [Double]) throws {
    for examples in [1, 2, 3, 5, 10, 33, 100, 171] {
      for startup in [0.0, 1, 2, 30] {
        var planner = PlanFixture.planner(rates, examples: examples)
        planner.startupSeconds = startup
        let plan = planner.plan()
        let makespan = try #require(plan.makespanSeconds)
        let best = bruteForce(planner)
        #expect(makespan <= 1.02 * best, "\(examples) examples, \(startup) s")
        #expect(makespan >= best * (1 - 1e-12), "no division is faster than the fastest")
        #expect(plan.shares.reduce(0) { $0 + ($1.examples ?? 0) } == examples)
      }
    }
  }

  @Test("work that is over before another node has started is not distributed")
  func startup() throws {
    let few = PlanFixture.plan([1, 1], examples: 4)
    #expect(few.mode == .single && few.makespanSeconds == 4 && few.speedUp == 1)
    let reason = try #require(few.lines.first { $0.subject == "mode" }?.reason)
    #expect(reason.hasPrefix("do not distribute: 4 s on 2 nodes, of which 2 s to start"))
    let more = PlanFixture.plan([1, 1], examples: 6)
    #expect(more.mode == .separate && more.makespanSeconds == 5)
    #expect(PlanFixture.plan([5, 1], examples: 1).mode == .single)
  }

  @Test("a node that is offline, not a number, negative or infinite is left out with a warning")
  func absent() throws {
    var planner = PlanFixture.planner([2, 0, .nan, -1, .infinity, 2])
    let plan = planner.plan()
    #expect(plan.shares.map(\.node) == ["n0", "n5"])
    #expect(plan.shares.map(\.examples) == [5000, 5000])
    for text in [
      "n1: left out: offline: its throughput is zero",
      "n2: left out: its throughput is not a number",
      "n3: left out: its throughput is negative (-1)", "n4: left out: its throughput is infinite",
    ] { #expect(plan.warnings.contains(text), "\(text)") }
    planner.nodes = [planner.nodes[1], planner.nodes[2]]
    let none = planner.plan()
    #expect(none.mode == .infeasible && none.shares.isEmpty)
    #expect(none.lines.contains { $0.reason.contains("no node's memory is known") })
  }

  @Test("a node listed twice gets one share, and what has changed meanwhile is said")
  func duplicates() {
    var planner = PlanFixture.planner([2, 2])
    var again = planner.nodes[0]
    again.throughput = 1.5
    again.timestamp = PlanFixture.now
    planner.nodes.append(again)
    let plan = planner.plan()
    #expect(plan.shares.map(\.node) == ["n0", "n1"])
    #expect(plan.shares.map(\.examples) == [4286, 5714])
    #expect(
      plan.warnings.contains(
        "n0: duplicate: listed more than once; the entry measured last counts; it has drifted: "
          + "1.5 ex/s now, 2 before (-25.0 %)"
      )
    )
    planner.nodes[2].timestamp = nil
    #expect(planner.plan().shares.map(\.examples) == [5000, 5000])
  }

  @Test("measurements older than 30 days, or of tomorrow, are doubted")
  func age() {
    func warnings(daysAgo: Double) -> [String] {
      var planner = PlanFixture.planner([1, 1])
      planner.nodes[1].timestamp = PlanFixture.now.addingTimeInterval(-86_400 * daysAgo)
      return planner.plan().warnings
    }
    #expect(warnings(daysAgo: 29).isEmpty)
    #expect(warnings(daysAgo: 31).contains { $0.hasPrefix("n1: stale: measured 31 days ago") })
    #expect(warnings(daysAgo: -0.5).isEmpty)
    #expect(warnings(daysAgo: -2).contains { $0.contains("2 days in the future") })
  }

  @Test("a throughput more than 10 % off the node's own calibration has drifted")
  func drift() {
    func warnings(_ rate: Double, measuredWith parameters: Int = 1_000_000_000) -> [String] {
      var planner = PlanFixture.planner([rate, 1])
      planner.nodes[0].profile.date = "2027-01-10T00:00:00Z"
      planner.nodes[0].profile.series = [
        MeasuredSeries(
          task: .scoring,
          parameters: parameters,
          rates: .single(1),
          source: "test"
        )
      ]
      return planner.plan().warnings.filter { $0.contains("drifted") }
    }
    #expect(warnings(0.91).isEmpty && warnings(1.09).isEmpty)
    #expect(warnings(0.89).first?.contains("0.89 ex/s now, 1 before (-11.0 %)") == true)
    #expect(warnings(1.2).count == 1)
    // A figure of another model, converted, is no earlier measurement of this one.
    #expect(warnings(1.2, measuredWith: 2_000_000_000).isEmpty)
  }

  @Test("a node more than 20 % slower than the mean is a straggler")
  func stragglers() {
    #expect(PlanFixture.plan([1, 0.7]).warnings.isEmpty)
    let warnings = PlanFixture.plan([1, 1, 0.7]).warnings
    #expect(warnings == ["n2: straggler: 0.7 ex/s is 22.2 % slower than the mean of 0.9"])
  }

  @Test("memory lowers the batch, and a node that cannot hold the model gets nothing")
  func memory() throws {
    var planner = PlanFixture.planner([2, 1])
    planner.workload.parameters = 20_000_000_000
    planner.nodes[1].profile.memoryGigabytes = 39
    let plan = planner.plan()
    #expect(plan.mode == .single && plan.shares.map(\.node) == ["n0"])
    #expect(plan.assessments.map(\.fits) == [true, false])
    var tight = planner
    tight.nodes[0].profile.memoryGigabytes = 43
    tight.nodes[0].batchSize = 16
    let lowered = tight.plan()
    let size = try #require(lowered.batchSize)
    #expect(size < 16 && size > 0)
    #expect(MemoryDemand(tight.workload, batchSize: size).total <= 43e9)
    #expect(MemoryDemand(tight.workload, batchSize: size + 1).total > 43e9)
    #expect(lowered.warnings.contains { $0.contains("measured with a batch of 16") })
    #expect(lowered.warnings.contains { $0.contains("of the memory is taken") })
  }

  @Test("unknown memory is relied on only for a node that was measured at the task")
  func unknownMemory() {
    var planner = PlanFixture.planner([1, 1])
    planner.nodes[1] = PlanFixture.node("n1", 1, memory: nil)
    #expect(planner.plan().mode == .separate)
    planner.nodes[1] = PlanFixture.node("n1", nil, memory: nil)
    let plan = planner.plan()
    #expect(plan.mode == .single)
    #expect(plan.warnings.contains { $0.contains("the memory of n1 is unknown") })
  }

  @Test("without any throughput a machine is chosen by what fits, and no time is predicted")
  func untimed() {
    var planner = PlanFixture.planner([1, 1])
    planner.nodes = [PlanFixture.node("a", nil), PlanFixture.node("b", nil)]
    planner.nodes[1].profile.gflops = 50
    let plan = planner.plan()
    #expect(plan.machine == "b" && plan.mode == .single && plan.makespanSeconds == nil)
    #expect(plan.warnings.contains { $0.contains("no time is predicted") })
    // A node that says its throughput is worth more than one that does not.
    planner.nodes[0].throughput = 0.1
    let one = planner.plan()
    #expect(one.machine == "a")
    #expect(one.warnings.contains { $0.contains("b: gets no share: no throughput for scoring") })
  }

  @Test("an exchange that takes longer than it saves is not made")
  func exchange() throws {
    var planner = PlanFixture.planner([4, 4], task: .training)
    planner.workload.method = .full
    planner.workload.parameters = 1_000_000_000
    // 2 GB of gradients in updates of 32: a step takes 8 s alone, 4 s on two nodes and an exchange.
    func plan(secondsPerByte: Double) -> Plan {
      planner.link = LinkCost(latencySeconds: 0, secondsPerByte: secondsPerByte, source: "test")
      return planner.plan()
    }
    let fast = plan(secondsPerByte: 1e-9)
    #expect(fast.mode == .rdma)
    // Two messages of half the vector: 2 s.
    let expected = 2 + 312.5 * 4 + 313 * 2
    #expect(abs(try #require(fast.makespanSeconds) - expected) < 1e-6)
    #expect(fast.lines.contains { $0.subject == "update" && $0.value == "n0 16, n1 16" })
    let slow = plan(secondsPerByte: 2.1e-9)
    #expect(slow.mode == .single && slow.makespanSeconds == 2500)
    #expect(slow.lines.contains { $0.reason.contains("exchanging 2 GB of gradients 313 times") })
    planner.link = nil
    let warning = planner.plan().warnings.first { $0.contains("no link was measured") }
    // (2500 - 1250 - 2) / 313 s.
    #expect(warning?.contains("less than 3.99 s") == true)
  }

  @Test("figures of another task compare machines and say no time")
  func relative() {
    let workload = Workload(parameters: 30_000_000_000, format: .int4, task: .training)
    let plan = Planner(workload: workload, now: PlanFixture.now).plan()
    #expect(plan.mode == .rdma && plan.makespanSeconds == nil)
    #expect(plan.shares.map(\.examples) == [6544, 3456])
    // 32 examples are 21 and 11: 32 / 1.95 over 11 / 1.03.
    #expect(abs((plan.speedUp ?? 0) - 32 / 1.95 / (21 / 1.95)) < 0.02)
    #expect(plan.warnings.contains { $0.hasPrefix("M4 Max: no throughput for training") })
    #expect(plan.alternatives.allSatisfy { $0.seconds == nil })
  }

  @Test("published rules are shown only when both published machines take part")
  func rules() {
    #expect(PlanFixture.plan([1, 1]).rules.isEmpty)
    let workload = Workload(parameters: 70_000_000_000, format: .int4, task: .scoring)
    let plan = Planner(workload: workload).plan()
    let lines = plan.lines.filter { $0.subject == "published rule" }
    #expect(lines.count == 3)
    #expect(lines[1].value == "70B and more: M3 Ultra (machine matrix)")
    #expect(lines[1].reason.hasPrefix("the plan differs: "))
    #expect(plan.machine == "M4 Max")
  }

  @Test("a batch beyond the optimum is flagged; a figure without a batch is not converted")
  func antiPattern() throws {
    var workload = Workload(parameters: 30_000_000_000, format: .int4, task: .scoring)
    workload.batchSize = 32
    let nodes = [PlanNode(id: "m3", profile: .m3Ultra)]
    let plan = Planner(workload: workload, nodes: nodes).plan()
    #expect(plan.batchSize == 32)
    #expect(plan.warnings.contains { $0.contains("m3: a batch of 32 on M3 Ultra is the anti-") })
    #expect(try #require(plan.makespanSeconds) == 10_000 / 1.03)
    var measured = MachineProfile.m3Ultra
    measured.series = [
      MeasuredSeries(
        task: .scoring,
        parameters: 30_000_000_000,
        rates: .curve(measured.batchCurve),
        source: "test"
      )
    ]
    let own = Planner(workload: workload, nodes: [PlanNode(id: "m", profile: measured)]).plan()
    #expect(try #require(own.makespanSeconds) == 10_000 / 210)
  }

  @Test("work that cannot be done anywhere is refused")
  func refused() {
    let full = Workload(parameters: 1, format: .int8, task: .training, method: .full)
    #expect(throws: (any Error).self) { try full.check() }
    let scoring = Workload(parameters: 1, format: .fp16, task: .scoring, isSynchronized: true)
    #expect(throws: (any Error).self) { try scoring.check() }
    let adapters = Workload(parameters: 1, format: .int4, task: .training)
    #expect(throws: Never.self) { try adapters.check() }
  }
}
