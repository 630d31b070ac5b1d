import ArgumentParser
import Foundation
import RealignPipeline

/// `realign work-split`.
struct WorkSplit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work-split",
    abstract: "Divide a command's rows among processes and join the results.",
    usage: "realign work-split <command> <argument> ... --workers <n> [<options>]",
    discussion: """
      Commands: curate, score, detect, evaluate, with --output. Shares are measured on a slice \
      of the rows by each worker, threads divided among them. A worker that fails is started \
      again once, except for bad input (64, 65, 66, 78); when it fails again, its exit code is \
      that of work-split, 1 after a signal. A stop is passed on and ends with 75; --resume \
      keeps finished shards. Gates of the joined results end with 2.
      """
  )

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The command with its arguments.", valueName: "command")
  )
  var command: [String]

  @Option(help: "Processes.")
  var workers: Int

  @Flag(help: "Let workers claim small shards, beside workers on other hosts.")
  var dynamic = false

  @Option(help: "Shards of --dynamic. [default: 8 a worker]")
  var leases: Int?

  @Flag(help: "Leave finished shards of the same work as they are.")
  var resume = false

  @Flag(help: "Remove the shards when they are joined.")
  var removeShards = false

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = WorkSplitCommand.Options(
      command: command,
      workers: workers,
      isDynamic: dynamic,
      leases: leases,
      resumes: resume,
      removesShards: removeShards,
      executable: Bundle.main.executablePath ?? CommandLine.arguments[0]
    )
    try WorkSplitCommand.run(options, context: global.context).finish()
  }
}
