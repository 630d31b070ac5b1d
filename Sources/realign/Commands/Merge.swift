import ArgumentParser
import RealignPipeline

/// `realign merge`.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Merge an adapter into its model, as a directory transformers loads.",
    usage: "realign merge --model <model> --adapter <directory> --output <directory>"
  )

  @Option(help: "Model directory or org/name[@rev] in the Hugging Face cache.")
  var model: String

  @Option(help: ArgumentHelp("Adapter directory in PEFT's layout.", valueName: "directory"))
  var adapter: String

  @Option(help: ArgumentHelp("Directory of the result.", valueName: "directory"))
  var output: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try MergeCommand.run(
      MergeCommand.Options(model: model, adapter: adapter, output: output),
      context: global.context
    )
  }
}
