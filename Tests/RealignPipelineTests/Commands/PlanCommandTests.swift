import Foundation
import RealignHardware
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("plan")
struct PlanCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func workload(
    _ task: Workload.Task = .scoring,
    format: WeightFormat = .int4
  ) -> Workload {
    Workload(parameters: 30_000_000_000, format: format, task: task)
  }

  private func json(_ options: PlanCommand.Options) throws -> JSONValue {
    let output = CollectedOutput()
    try PlanCommand.run(options, context: CommandContext(output: output, isJSON: true))
    #expect(output.rows.count == 1 && output.lines.isEmpty)
    return try #require(output.rows.first)
  }

  private func lines(_ options: PlanCommand.Options) throws -> [String] {
    let output = CollectedOutput()
    try PlanCommand.run(options, context: CommandContext(output: output))
    return output.lines
  }

  @Test("the record has the fields that scripts read")
  func fields() throws {
    let plan = try json(.init(workload: workload()))
    #expect(plan["machine"]?.stringValue == "M4 Max" && plan["mode"]?.stringValue == "separate")
    #expect(plan["fits"] == ["M4 Max": true, "M3 Ultra": true])
    #expect(plan["bytes"]?["weights"]?.intValue == 15_000_000_000)
    #expect((plan["bytes"]?["total"]?.doubleValue ?? 0) > 15e9)
    #expect(plan["batch_size"]?.intValue == 32)
    let shares = try #require(plan["shares"]?.arrayValue)
    #expect(shares.map { $0["node"]?.stringValue } == ["M4 Max", "M3 Ultra"])
    #expect(shares.map { $0["examples"]?.intValue } == [6544, 3456])
    #expect(abs((shares[0]["share"]?.doubleValue ?? 0) - 1.95 / 2.98) < 1e-12)
    #expect(abs((plan["makespan_seconds"]?.doubleValue ?? 0) - 6544 / 1.95 - 2) < 0.01)
    #expect(abs((plan["speedup_vs_fastest"]?.doubleValue ?? 0) - 1.527) < 0.001)
    #expect(plan["environment"]?["MLX_METAL_FAST_SYNCH"]?.stringValue == "1")
    #expect(plan["environment"]?["MLX_METAL_PREALLOCATE"]?.stringValue == "1")
    #expect(plan["environment"]?["TOKENIZERS_PARALLELISM"]?.stringValue == "false")
    #expect(plan["reasons"]?.arrayValue?.allSatisfy { $0.stringValue != nil } == true)
    #expect(plan["warnings"]?.arrayValue?.isEmpty == false)
    #expect(plan["published_rules"]?.arrayValue?.first?["agrees"] == true)
  }

  @Test("what no figure says is null")
  func unknown() throws {
    let infeasible = try json(
      .init(
        workload: Workload(parameters: 405_000_000_000, format: .fp16, task: .scoring)
      )
    )
    #expect(infeasible["mode"]?.stringValue == "infeasible")
    for field in ["machine", "batch_size", "makespan_seconds", "speedup_vs_fastest"] {
      #expect(infeasible[field]?.isNull == true, "\(field)")
    }
    #expect(infeasible["shares"] == [] && infeasible["environment"] == [:])
    let sharded = try json(
      .init(
        workload: Workload(parameters: 300_000_000_000, format: .fp16, task: .scoring)
      )
    )
    #expect(sharded["mode"]?.stringValue == "rdma")
    #expect(sharded["shares"]?.arrayValue?.map { $0["examples"]?.isNull } == [true, true])
    #expect(sharded["shares"]?.arrayValue?.map { $0["share"]?.doubleValue } == [0.2, 0.8])
  }

  @Test("the text has the decision with reasons, in 80 columns")
  func text() throws {
    let ids = ["a", String(repeating: "n", count: 64)]
    let nodes = ids.map { #"{"node":"\#($0)","profile":"M4 Max","throughput":2}"# }
    let path = try folder.write("[\(nodes.joined(separator: ","))]", to: "nodes.json")
    for options in [
      PlanCommand.Options(workload: workload()),
      PlanCommand.Options(workload: workload(.training)),
      PlanCommand.Options(workload: workload(format: .fp32), nodes: [path]),
    ] {
      let lines = try lines(options)
      #expect(lines.allSatisfy { $0.count <= 80 })
      #expect(lines.contains("Decision") && lines.contains("Memory"))
    }
    let text = try lines(.init(workload: workload())).joined(separator: "\n")
    #expect(text.hasPrefix("scoring of 30B int4, 10,000 examples: separate\n"))
    #expect(text.contains("makespan        3358 s (56 min)"))
    #expect(text.contains("equal shares                   4856 s            1.45"))
  }

  @Test("nodes may come from several files, profiles of the user and calibrations")
  func nodes() throws {
    let calibration = MachineCalibration(
      machine: .current,
      version: "1",
      date: Date().ISO8601Format(),
      threads: 2,
      productGFLOPS: 100,
      memoryBandwidth: 20,
      shapes: [
        MachineCalibration.Shape(
          name: "tiny",
          parameters: 1_000_000,
          scoring: [MachineCalibration.Rate(batchSize: 4, perSecond: 90)],
          training: [],
          generation: []
        )
      ]
    )
    let box = folder.path + "/box.json"
    try calibration.save(to: box)
    let profile = try folder.write(
      #"{"name":"Lab","source":"us","memory_gb":64,"throughput":[{"task":"scoring","#
        + #""parameters":1000000,"examples_per_second":30}]}"#,
      to: "lab.json"
    )
    let list = try folder.write(
      #"[{"node":"lab-1","profile":"lab"},{"node":"x","throughput":30,"y":1}]"#,
      to: "nodes.json"
    )
    let small = Workload(parameters: 1_000_000, format: .fp32, task: .scoring)
    let plan = try json(.init(workload: small, nodes: [box, list], profiles: [profile]))
    let shares = try #require(plan["shares"]?.arrayValue)
    #expect(shares.map { $0["node"]?.stringValue } == ["box", "lab-1", "x"])
    #expect(shares.map { $0["examples"]?.intValue } == [6000, 2000, 2000])
    let warnings = plan["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(warnings.contains("x: the field `y` is not known and not used"))
    #expect(plan["environment"]?["OPENBLAS_NUM_THREADS"]?.stringValue == "2")
    let added = try json(.init(workload: small, profiles: [profile, box]))
    #expect(added["fits"]?.objectValue?.keys == ["M4 Max", "M3 Ultra", "Lab", "box"])
    let error = #expect(throws: InputError.self) {
      try json(.init(workload: small, profiles: [profile, profile]))
    }
    #expect(error?.found == "Lab" && error?.expected == "a name of its own")
  }

  @Test("a node may be this machine, by its saved calibration")
  func thisMachine() throws {
    let calibration = MachineCalibration(
      machine: .current,
      version: "1",
      date: "2026-01-02T03:04:05Z",
      threads: 2,
      productGFLOPS: 100,
      memoryBandwidth: 20,
      shapes: []
    )
    let output = CollectedOutput()
    let context = CommandContext(
      output: output,
      isJSON: true,
      environment: ["XDG_CACHE_HOME": folder.path]
    )
    let path = try folder.write(#"[{"node":"here","profile":"this machine"}]"#, to: "n.json")
    let options = PlanCommand.Options(
      workload: Workload(parameters: 1000, format: .fp32, task: .scoring),
      nodes: [path]
    )
    #expect(throws: InputError.self) { try PlanCommand.run(options, context: context) }
    try calibration.save(to: try #require(MachineCalibration.path(context.environment)))
    let now = try #require(Timestamp.date("2026-01-03"))
    try PlanCommand.run(options, context: context, now: now)
    #expect(output.rows.first?["machine"]?.stringValue == "here")
    #expect(output.rows.first?["makespan_seconds"]?.isNull == true)
  }

  @Test("a link that was measured badly is said to be")
  func link() throws {
    let path = try folder.write(
      #"{"ranks":2,"all_reduce":[{"bytes":1000,"seconds_median":0.01},"#
        + #"{"bytes":2000,"seconds_median":0.0001},{"bytes":4000,"seconds_median":0.02}]}"#,
      to: "link.json"
    )
    let plan = try json(.init(workload: workload(.training), link: .measured(path)))
    let warnings = plan["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(warnings.contains { $0.hasPrefix("latency and bandwidth describe the measured") })
    #expect(!warnings.contains { $0.contains("no link was measured") })
  }
}

@Suite("plan --simulate")
struct PlanSimulationTests {
  private let link = PlanCommand.Link.given(latencyMicroseconds: 50, bandwidthGigabytes: 1)

  private func run(
    _ options: PlanCommand.Options,
    isJSON: Bool = true
  ) throws -> CollectedOutput {
    let output = CollectedOutput()
    try PlanCommand.run(options, context: CommandContext(output: output, isJSON: isJSON))
    return output
  }

  private func options(
    _ simulation: PlanCommand.Simulation,
    method: Workload.Method = .full,
    link: PlanCommand.Link?
  ) -> PlanCommand.Options {
    PlanCommand.Options(
      workload: Workload(
        parameters: 1_000_000,
        format: .fp32,
        task: .training,
        method: method
      ),
      link: link,
      simulation: simulation
    )
  }

  @Test("the table has six sizes, in 80 columns, and the record both algorithms")
  func table() throws {
    let simulation = PlanCommand.Simulation(stepSeconds: 0.1, steps: 2)
    let lines = try run(options(simulation, link: link), isJSON: false).lines
    #expect(lines.allSatisfy { $0.count <= 80 })
    let rows = lines.filter { $0.contains(" ring ") || $0.contains(" tree ") }
    #expect(
      rows.suffix(6).map { $0.split(separator: " ")[0] } == ["2", "4", "8", "16", "32", "64"]
    )
    let json = try #require(try run(options(simulation, link: link)).rows.first)
    #expect(json["simulation"]?["rows"]?.arrayValue?.count == 12)
    #expect(json["simulation"]?["gradient_bytes"]?.intValue == 4_000_000)
    #expect(json["simulation"]?["buckets"]?.intValue == 1)
    #expect(json["step_source"]?.stringValue == "as given")
    let adapters = try run(options(simulation, method: .lora(rank: 16), link: link)).rows.first
    #expect(adapters?["simulation"]?["backward_share"]?.doubleValue == 0.5)
  }

  @Test("a step's time comes from the throughput of a node where none is given")
  func throughput() throws {
    let folder = try TemporaryFolder()
    var options = options(.init(steps: 1), link: link)
    options.nodes = [try folder.write(#"[{"node":"a","throughput":64}]"#, to: "n.json")]
    let json = try #require(try run(options).rows.first)
    #expect(json["simulation"]?["compute_seconds"]?.doubleValue == 0.5)
    #expect(json["step_source"]?.stringValue?.hasPrefix("32 examples at 64.000 ex/s of a") == true)
  }

  @Test("what cannot be simulated is refused with what is missing")
  func refused() {
    func field(_ options: PlanCommand.Options) -> String? {
      let error = #expect(throws: InputError.self) { try run(options) }
      #expect(error?.kind == .usage)
      return error?.field
    }
    #expect(field(options(.init(stepSeconds: 1), link: nil)) == "--link")
    // The published machines have no throughput for training.
    #expect(field(options(.init(), link: link)) == "--step-seconds")
    var scoring = options(.init(stepSeconds: 1), link: link)
    scoring.workload = Workload(parameters: 1, format: .fp32, task: .scoring)
    #expect(field(scoring) == "--simulate")
    var quantized = options(.init(stepSeconds: 1), link: link)
    quantized.workload.format = .int8
    #expect(field(quantized) == "--dtype")
  }
}
