import ArgumentParser
import RealignPipeline

/// `realign inspect`.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a model, an adapter, a run or a data file is.",
    usage: "realign inspect <path> [--model <model>] [--rows <rows>]"
  )

  @Argument(help: ArgumentHelp("Model, adapter, run or data.", valueName: "path"))
  var target: String

  @Option(help: "Model whose tokens are shown for the rows of a data file.")
  var model: String?

  @Option(help: "Rows shown of a data file.")
  var rows = 3

  @OptionGroup var templates: TemplateOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...10_000).contains(rows) else {
      throw ValidationError("--rows must be from 0 to 10000, found \(rows)")
    }
  }

  func run() throws {
    try InspectCommand.run(
      InspectCommand.Options(target: target, model: model, rows: rows),
      context: global.context(templates)
    )
  }
}
