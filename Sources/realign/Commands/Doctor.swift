import ArgumentParser
import RealignPipeline

/// `realign doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Diagnose this machine, or a run and what to do about it.",
    usage: "realign doctor [<run>]",
    discussion: "Exit code 2 when something is wrong."
  )

  @Argument(help: ArgumentHelp("Directory of a run.", valueName: "run"))
  var directory: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try DoctorCommand.run(DoctorCommand.Options(run: directory), context: global.context).finish()
  }
}
