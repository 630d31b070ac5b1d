import ArgumentParser
import RealignPipeline

/// `realign dpo`.
struct DPO: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dpo",
    abstract: "Optimise a model on your preference pairs.",
    usage: "realign dpo --model <model> --data <file> ... --output <dir> [<options>]",
    discussion: """
      Rows: {"prompt","chosen","rejected"}, texts or message lists; for --loss-type kto and \
      apo_zero_unpaired {"prompt","completion","label"}, label true or false. The reference is \
      the model that goes in. --config and --set change the group optimize.
      """
  )

  @OptionGroup var arguments: TrainerArguments
  @OptionGroup(title: "Loss") var preference: PreferenceFlags

  func run() throws {
    let options = arguments.options(
      group: "optimize",
      extra: preference.flags(group: "optimize")
    )
    try DPOCommand.run(options, context: arguments.context)
  }
}
