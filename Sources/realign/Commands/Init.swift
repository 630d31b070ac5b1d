import ArgumentParser
import RealignPipeline

/// `realign init`.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a commented configuration, checklists and example data.",
    usage: "realign init [<directory>] [--base-model <directory>]",
    discussion: "With --base-model, train the base model of Atlas from nothing instead."
  )

  @Argument(help: ArgumentHelp("Where the templates go.", valueName: "directory"))
  var directory = "."

  @Option(help: ArgumentHelp("Train the Atlas base model into this.", valueName: "directory"))
  var baseModel: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    if let baseModel {
      try BaseModelCommand.run(
        BaseModelCommand.Options(output: baseModel),
        context: global.context
      )
    } else {
      try InitCommand.run(InitCommand.Options(directory: directory), context: global.context)
    }
  }
}
