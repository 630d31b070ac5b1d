import ArgumentParser
import RealignPipeline

/// A model, maybe with an adapter, and rows.
struct ModelArguments: ParsableArguments {
  @Option(help: "Model directory or org/name[@rev] in the Hugging Face cache.")
  var model: String

  @Option(help: ArgumentHelp("Adapter directory in PEFT's layout.", valueName: "directory"))
  var adapter: String?

  @Option(
    help: ArgumentHelp(
      "Weights in memory; bf16 and f16 halve them, auto is f32.",
      valueName: "type"
    )
  )
  var baseDtype = BaseDtype.auto
}

extension BaseDtype: ExpressibleByArgument {}

/// Files of rows.
struct DataArguments: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of rows, in order.", valueName: "file")
  )
  var data: [String]
}

/// Where the results of rows go.
struct ResultArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("File of the results; without it they are printed.", valueName: "file")
  )
  var output: String?
}
