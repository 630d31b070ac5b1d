import ArgumentParser
import RealignPipeline

/// `realign dpo`.
struct DPO: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dpo", abstract: "Optimise a model on your preference pairs.",
    discussion: """
      Rows: {"prompt","chosen","rejected"}, texts or message lists. The reference is the model
      that goes in. Settings of the group `optimize` apply. Defaults differ from the table where
      it says so: the learning rate is 1e-6.
      """)

  @OptionGroup var arguments: TrainerArguments
  @OptionGroup(title: "Loss") var preference: PreferenceFlags

  func run() throws {
    let options = arguments.options(
      group: "optimize", extra: preference.flags(group: "optimize"))
    try DPOCommand.run(options, context: arguments.global.context)
  }
}
