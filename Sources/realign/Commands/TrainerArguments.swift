import ArgumentParser
import RealignNumerics
import RealignPipeline

/// What `sft` and `dpo` have in common.
struct TrainerArguments: ParsableArguments {
  @Option(help: "Model directory or org/name[@rev] in the Hugging Face cache.")
  var model: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of rows.", valueName: "file")
  )
  var data: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of held-out rows.", valueName: "file")
  )
  var evalData: [String] = []

  @Option(help: ArgumentHelp("Directory of the result.", valueName: "directory"))
  var output: String

  @Flag(help: "Continue from the newest checkpoint in the output.")
  var resume = false

  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup(title: "Hyper-parameters") var trainer: TrainerFlags
  @OptionGroup var templates: TemplateOptions
  @OptionGroup var global: GlobalOptions

  /// The context of the command, on each of the ranks that a launcher started.
  var context: CommandContext {
    get throws { global.context(templates).on(try ProcessGroups.current()) }
  }

  /// What the library is given; `group` is the group of settings the trainer reads.
  func options(group: String, extra: [FlagValue] = []) -> TrainerOptions {
    TrainerOptions(
      sources: configurationOptions.sources(
        flags: global.flags + trainer.flags(group: group) + extra
      ),
      model: model,
      data: data,
      evaluationData: evalData,
      output: output,
      resumes: resume
    )
  }
}
