import RealignKnowledge
import RealignText

/// `realign knowledge`: builds and searches a knowledge base.
public enum KnowledgeCommand {
  /// What `knowledge build` is told.
  public struct BuildOptions: Sendable {
    /// Folders or JSON Lines files of documents.
    public var sources: [String]
    /// The SQLite file to write.
    public var output: String
    /// Most words of a passage.
    public var maxWords: Int

    /// The options of one build.
    public init(sources: [String], output: String, maxWords: Int = 100) {
      self.sources = sources
      self.output = output
      self.maxWords = maxWords
    }
  }

  /// Builds a knowledge base.
  ///
  /// - Throws: `InputError` for absent or wrong sources and for an output that cannot be written.
  public static func build(_ options: BuildOptions, context: CommandContext) throws {
    let documents = try Documents.load(paths: options.sources)
    let store = try KnowledgeStore(
      create: options.output,
      documents: documents,
      splitter: PassageSplitter(maxWords: options.maxWords)
    )
    context.progress.note(
      "\(options.output): \(store.documentCount) documents, \(store.count) passages"
    )
    if context.isJSON {
      try context.output.row([
        "output": .string(options.output), "documents": .integer(store.documentCount),
        "passages": .integer(store.count), "sha256": .string(store.contentHash),
      ])
    }
  }

  /// What `knowledge search` is told.
  public struct SearchOptions: Sendable {
    /// The knowledge base.
    public var knowledge: String
    /// The words to look for.
    public var query: String
    /// Most passages.
    public var topK: Int

    /// The options of one search.
    public init(knowledge: String, query: String, topK: Int = 5) {
      self.knowledge = knowledge
      self.query = query
      self.topK = topK
    }
  }

  /// Prints the passages that match best: JSON Lines, or with a score and an id for people.
  ///
  /// - Throws: `InputError` for a knowledge base that is absent or damaged.
  public static func search(_ options: SearchOptions, context: CommandContext) throws {
    let store = try KnowledgeStore(open: options.knowledge)
    let found = try store.search(options.query, topK: options.topK)
    for (index, result) in found.enumerated() {
      let passage = result.passage
      if context.isJSON {
        try context.output.row([
          "rank": .integer(index + 1), "score": .number(result.score),
          "id": .string(passage.id), "document": .string(passage.documentID),
          "title": .string(passage.title), "text": .string(passage.text),
          "url": passage.url.map { JSONValue.string($0) } ?? .null,
        ])
      } else {
        let score = Double(Int((result.score * 1000).rounded())) / 1000
        try context.output.text("\(index + 1). [\(score)] \(passage.id) \(passage.title)")
        try context.output.text("   \(passage.text)")
      }
    }
    if found.isEmpty { context.progress.note("no passage matches") }
  }
}
