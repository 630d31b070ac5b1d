import ArgumentParser
import RealignPipeline

/// `realign report`.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the report of a run again.",
    usage: "realign report <run>"
  )

  @Argument(help: ArgumentHelp("Directory of the run.", valueName: "run"))
  var directory: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try ReportCommand.run(ReportCommand.Options(run: directory), context: global.context)
  }
}
