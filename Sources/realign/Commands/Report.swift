import ArgumentParser
import RealignPipeline

/// `realign report`.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the report of a run again.")

  @Argument(help: ArgumentHelp("Directory of the run.", valueName: "run"))
  var run: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try ReportCommand.run(ReportCommand.Options(run: run), context: global.context)
  }
}
