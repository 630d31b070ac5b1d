import ArgumentParser
import RealignPipeline

/// `realign doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Diagnose this machine, or a run and what to do about it.",
    usage: "realign doctor [<run>] [--distributed]",
    discussion: """
      Exit code 2 when something is wrong. With --distributed: Open MPI, hosts, \
      transports and how long sums over the ranks take; start it as \
      mpirun -n 2 realign doctor --distributed.
      """
  )

  @Argument(help: ArgumentHelp("Directory of a run.", valueName: "run"))
  var directory: String?

  @Flag(help: "Look at how ranks work together instead.")
  var distributed = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if distributed, directory != nil {
      throw ValidationError("--distributed looks at ranks, not at a run; leave one out")
    }
  }

  func run() throws {
    let options = DoctorCommand.Options(run: directory, isDistributed: distributed)
    try DoctorCommand.run(options, context: global.context).finish()
  }
}
