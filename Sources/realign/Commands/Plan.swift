import ArgumentParser
import RealignHardware
import RealignPipeline
import RealignText

/// `realign plan`.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plan machines, batch sizes, shares and times.",
    usage: "realign plan --parameters <n> [--nodes <file> ...] [<options>]",
    discussion: """
      Nodes: [{"node","profile"?,"calibration"?,"throughput"?, "memory_gb"?,"batch_size"?,\
      "timestamp"?}], or what bench calibrate --save wrote; without --nodes the published M4 Max \
      and M3 Ultra, and the profiles of --profile. Every statement carries its reason.

      --simulate prints how training scales to 64 nodes, from the cost of a message.
      """
  )

  @Option(help: "Weights of the model, such as 30B, 1.7e9 or 135M.")
  var parameters: String

  @Option(
    help: "How they are kept: \(WeightFormat.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var dtype = WeightFormat.fp16

  @Option(help: "scoring (also judging and curating) or training.")
  var task = Workload.Task.scoring

  @Option(help: "Examples in all.")
  var examples = 10_000

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Nodes.", valueName: "file"))
  var nodes: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("More profiles, for nodes to name.", valueName: "file")
  )
  var profile: [String] = []

  @Flag(inversion: .prefixedNo, help: "Gradients are the same everywhere; default in training.")
  var sync: Bool?

  @OptionGroup(title: "Model and batch") var model: PlanModelArguments
  @OptionGroup(title: "Several nodes") var link: PlanLinkArguments
  @OptionGroup(title: "Simulation") var simulation: PlanSimulationArguments
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    do { _ = try ParameterCount.parse(parameters) } catch let error as InputError {
      throw ValidationError(error.description)
    }
    try Bounds.check("--examples", examples, 1...1_000_000_000_000)
  }

  func run() throws {
    let workload = Workload(
      parameters: try ParameterCount.parse(parameters),
      format: dtype,
      task: task,
      method: model.full ? .full : .lora(rank: model.loraR),
      keepsReference: model.reference,
      examples: examples,
      sequenceLength: model.sequenceLength,
      batchSize: model.batchSize,
      globalBatchSize: model.globalBatchSize,
      isSynchronized: sync
    )
    let options = PlanCommand.Options(
      workload: workload,
      nodes: nodes,
      profiles: profile,
      startupSeconds: link.startupSeconds,
      link: link.value,
      simulation: simulation.value
    )
    try PlanCommand.run(options, context: global.context)
  }
}

/// What of a model and its batches a plan needs to know.
struct PlanModelArguments: ParsableArguments {
  @Flag(help: "Train adapters (the default).")
  var lora = false

  @Flag(help: "Train all weights.")
  var full = false

  @Option(help: "Rank of the adapters.")
  var loraR = 16

  @Flag(help: "Keep a reference model in memory beside a fully trained one.")
  var reference = false

  @Option(help: "Tokens of an example: 512 for memory; times as measured.")
  var sequenceLength: Int?

  @Option(help: "Examples at a time on a node; by its batch curve otherwise.")
  var batchSize: Int?

  @Option(help: "Examples of an update in training, over all nodes.")
  var globalBatchSize = 32

  func validate() throws {
    if lora && full { throw ValidationError("--lora and --full exclude each other") }
    try Bounds.check("--lora-r", loraR, 1...65_536)
    try Bounds.check("--sequence-length", sequenceLength, 1...1_048_576)
    try Bounds.check("--batch-size", batchSize, 1...65_536)
    try Bounds.check("--global-batch-size", globalBatchSize, 1...1_048_576)
  }
}

/// What several nodes cost beside their examples.
struct PlanLinkArguments: ParsableArguments {
  @Option(help: "Seconds to start a job on several nodes and fetch results.")
  var startupSeconds = Planner.defaultStartupSeconds

  @Option(help: ArgumentHelp("What doctor --distributed --json wrote.", valueName: "file"))
  var link: String?

  @Option(help: "Microseconds of an empty message, in place of --link.")
  var latencyUs: Double?

  @Option(help: "Bandwidth in GB/s, in place of --link.")
  var bandwidthGbs: Double?

  func validate() throws {
    try Bounds.check("--startup-seconds", startupSeconds, 0...1e6)
    try Bounds.check("--latency-us", latencyUs, 0...1e9)
    try Bounds.check("--bandwidth-gbs", bandwidthGbs, 1e-9...1e6)
    guard (latencyUs == nil) == (bandwidthGbs == nil) else {
      throw ValidationError("--latency-us and --bandwidth-gbs belong together")
    }
    if link != nil, latencyUs != nil {
      throw ValidationError("--link and --latency-us exclude each other")
    }
  }

  var value: PlanCommand.Link? {
    if let link { return .measured(link) }
    guard let latencyUs, let bandwidthGbs else { return nil }
    return .given(latencyMicroseconds: latencyUs, bandwidthGigabytes: bandwidthGbs)
  }
}

/// What `--simulate` assumes.
struct PlanSimulationArguments: ParsableArguments {
  @Flag(help: "Simulate training on 2, 4, 8, 16, 32 and 64 equal nodes.")
  var simulate = false

  @Option(help: "Seconds of one node's update; by its throughput otherwise.")
  var stepSeconds: Double?

  @Option(help: "weak (a node's examples stay) or strong (they are divided).")
  var scaling = ScalingTable.Scaling.weak

  @Option(help: "Standard deviation over mean of a node's times.")
  var variation = 0.05

  @Option(help: "Buckets of gradients; cut at 25 MB otherwise.")
  var buckets: Int?

  @Option(help: "Simulated steps.")
  var steps = 20

  func validate() throws {
    try Bounds.check("--step-seconds", stepSeconds, 1e-9...1e9)
    try Bounds.check("--variation", variation, 0...10)
    try Bounds.check("--buckets", buckets, 1...64)
    try Bounds.check("--steps", steps, 1...1000)
  }

  var value: PlanCommand.Simulation? {
    guard simulate else { return nil }
    return PlanCommand.Simulation(
      stepSeconds: stepSeconds,
      scaling: scaling,
      variation: variation,
      buckets: buckets,
      steps: steps
    )
  }
}

/// Limits of numbers on the command line.
enum Bounds {
  /// Refuses a number outside its limits, NaN included; nothing is within them.
  static func check<Number: Comparable>(
    _ flag: String,
    _ value: Number?,
    _ bounds: ClosedRange<Number>
  ) throws {
    guard let value, !bounds.contains(value) else { return }
    throw ValidationError(
      "\(flag) must be from \(bounds.lowerBound) to \(bounds.upperBound), found \(value)"
    )
  }
}

extension WeightFormat: ExpressibleByArgument {}
extension Workload.Task: ExpressibleByArgument {}
extension ScalingTable.Scaling: ExpressibleByArgument {}
