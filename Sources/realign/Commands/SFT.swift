import ArgumentParser
import RealignPipeline

/// `realign sft`.
struct SFT: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sft",
    abstract: "Fine-tune a model on your rows.",
    usage: "realign sft --model <model> --data <file> ... --output <dir> [<options>]",
    discussion: """
      Rows: {"text"}, {"messages"}, {"prompt","completion"}, {"instruction","response"}. \
      Writes an adapter in PEFT's layout, with --full a model directory.
      """
  )

  @OptionGroup var arguments: TrainerArguments

  @Flag(help: .setting("sft.assistant_only_loss"))
  var assistantOnlyLoss = false

  func run() throws {
    let extra = FlagValue.list(
      [("assistant_only_loss", assistantOnlyLoss ? "true" : nil)],
      group: "sft"
    )
    try SFTCommand.run(arguments.options(group: "sft", extra: extra), context: arguments.context)
  }
}
