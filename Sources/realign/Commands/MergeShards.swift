import ArgumentParser
import RealignPipeline

/// `realign merge-shards`.
struct MergeShards: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge-shards",
    abstract: "Check and join what --shard wrote.",
    usage: "realign merge-shards <shard> ... --output <file> [<options>]",
    discussion: """
      The output has the bytes that the command would have written in one piece, whatever the \
      number of shards; evaluate's and curate's gates decide as theirs do, exit code 2 when one \
      fails. A shard that is missing ends with 66, one that is damaged, given twice or of other \
      work with 65, and nothing is written.
      """
  )

  @Argument(help: ArgumentHelp("All shards, in any order.", valueName: "shard"))
  var shards: [String]

  @Option(help: ArgumentHelp("File of the joined results.", valueName: "file"))
  var output: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try MergeShardsCommand.run(
      MergeShardsCommand.Options(shards: shards, output: output),
      context: global.context
    ).finish()
  }
}
