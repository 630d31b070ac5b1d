import ArgumentParser
import RealignPipeline

/// Flags of commands whose rows can be divided among processes and machines.
struct ShardArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "One part of the work: i/n, i from 1; auto or auto/n in an array job; any/n for free ones.",
      valueName: "i/n"
    )
  )
  var shard: String?

  @Option(
    help: ArgumentHelp("Shares of the shards, from `realign plan --json`.", valueName: "file")
  )
  var plan: String?

  @Option(help: ArgumentHelp("Shares of the shards, such as 3.86,0.76.", valueName: "numbers"))
  var weights: String?

  @Flag(help: "Leave a finished shard of the same work as it is.")
  var resume = false

  @Option(help: "Rows of a block; shards are whole blocks. [default: 64]")
  var blockRows: Int?

  @Option(
    help: ArgumentHelp(
      "Seconds of silence after which a claim of any/n lapses. [default: 90]",
      valueName: "seconds"
    )
  )
  var leaseSeconds: Double?

  @Flag(help: .hidden)
  var worker = false

  @Flag(help: .hidden)
  var measure = false

  /// What the library is given.
  var options: ShardOptions {
    ShardOptions(
      shard: shard,
      plan: plan,
      weights: weights,
      resumes: resume,
      blockRows: blockRows,
      leaseSeconds: leaseSeconds ?? ShardOptions.defaultLeaseSeconds,
      isWorker: worker,
      measures: measure
    )
  }

  /// The context of the command: a worker's parent reads its output and holds its input open.
  func context(_ context: CommandContext) -> CommandContext {
    guard worker else { return context }
    var result = context
    result.progress = WorkerProgress(output: context.output, next: context.progress)
    WorkerInput.shared.listen()
    return result
  }
}
