import ArgumentParser
import RealignPipeline

/// `realign knowledge`.
struct Knowledge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Build and search a knowledge base.",
    subcommands: [KnowledgeBuild.self, KnowledgeSearch.self]
  )
}

/// `realign knowledge build`.
struct KnowledgeBuild: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build a knowledge base from documents.",
    usage: "realign knowledge build <source> ... --output <file> [<options>]",
    discussion: """
      Documents: {"id","title","text","url"?} in JSON Lines, or a folder of .txt and .md \
      files.
      """
  )

  @Argument(help: ArgumentHelp("Folders or JSON Lines files.", valueName: "source"))
  var sources: [String]

  @Option(help: ArgumentHelp("SQLite file to write.", valueName: "file"))
  var output: String

  @Option(help: "Most words of a passage.")
  var maxWords = 100

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard maxWords >= 1 else {
      throw ValidationError("--max-words must be at least 1, found \(maxWords)")
    }
  }

  func run() throws {
    try KnowledgeCommand.build(
      KnowledgeCommand.BuildOptions(sources: sources, output: output, maxWords: maxWords),
      context: global.context
    )
  }
}

/// `realign knowledge search`.
struct KnowledgeSearch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search a knowledge base (BM25).",
    usage: "realign knowledge search <file> <query> [--top-k <top-k>]"
  )

  @Argument(help: ArgumentHelp("Knowledge base.", valueName: "file"))
  var knowledge: String

  @Argument(help: ArgumentHelp("Words to look for.", valueName: "query"))
  var query: String

  @Option(help: "Most passages.")
  var topK = 5

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...10_000).contains(topK) else {
      throw ValidationError("--top-k must be from 1 to 10000, found \(topK)")
    }
  }

  func run() throws {
    try KnowledgeCommand.search(
      KnowledgeCommand.SearchOptions(knowledge: knowledge, query: query, topK: topK),
      context: global.context
    )
  }
}
