import ArgumentParser
import RealignPipeline

/// `realign evaluate`.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model and decide the gates; exit code 2 when one fails.",
    usage: "realign evaluate --model <model> --suite <file> ... [<options>]"
  )

  @OptionGroup var model: ModelArguments

  @Option(help: "Model to compare with, item by item.")
  var baseline: String?

  @Option(help: ArgumentHelp("Knowledge base.", valueName: "file"))
  var knowledge: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("JSON Lines files of test items.", valueName: "file")
  )
  var suite: [String]

  @Option(help: ArgumentHelp("Directory of the result.", valueName: "directory"))
  var output: String?

  @Option(help: .setting("gates.mode"))
  var gateMode: String?

  @Option(help: .setting("gates.profile"))
  var profile: String?

  @OptionGroup var shards: ShardArguments
  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let gates: [(String, String, String?)] = [
      ("gates.mode", "--gate-mode", gateMode), ("gates.profile", "--profile", profile),
    ]
    let flags = gates.compactMap { key, flag, text in
      text.map { FlagValue(key: key, flag: flag, text: $0) }
    }
    let options = EvaluateCommand.Options(
      sources: configurationOptions.sources(flags: global.flags + flags),
      model: model.model,
      adapter: model.adapter,
      baseDtype: model.baseDtype,
      baseline: baseline,
      knowledge: knowledge,
      suites: suite,
      output: output,
      sharding: shards.options
    )
    try EvaluateCommand.run(options, context: shards.context(global.context)).finish()
  }
}
