import ArgumentParser
import RealignPipeline

/// `realign score`.
struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the log-probability of every token.",
    usage: "realign score --model <model> --data <file> ... [<options>]",
    discussion: """
      Rows: {"prompt","completion"}, {"input_ids","completion_start"} or {"text"}. Prints one \
      object per row: {"index","input_ids","completion_start","logprobs","sum","mean"}.
      """
  )

  @OptionGroup var model: ModelArguments
  @OptionGroup var rows: DataArguments
  @OptionGroup var results: ResultArguments
  @OptionGroup var shards: ShardArguments
  @OptionGroup var templates: TemplateOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = ScoreCommand.Options(
      model: model.model,
      adapter: model.adapter,
      data: rows.data,
      baseDtype: model.baseDtype,
      output: results.output,
      sharding: shards.options
    )
    try ScoreCommand.run(options, context: shards.context(global.context(templates)))
  }
}
