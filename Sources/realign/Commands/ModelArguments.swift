import ArgumentParser

/// A model, maybe with an adapter, and rows.
struct ModelArguments: ParsableArguments {
  @Option(help: "Model directory or org/name[@rev] in the Hugging Face cache.")
  var model: String

  @Option(help: ArgumentHelp("Adapter directory in PEFT's layout.", valueName: "directory"))
  var adapter: String?
}

/// Files of rows.
struct DataArguments: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of rows, in order.", valueName: "file")
  )
  var data: [String]
}
