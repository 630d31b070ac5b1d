import Foundation
import GRDB
import RealignText

/// Documents and their passages in one SQLite file, searched by BM25.
///
/// The file is written once and never changed: its bytes are a function of the documents and the
/// splitter. Terms are compared without regard to case and accents (FTS5's `unicode61` tokenizer
/// with `remove_diacritics 2`); a passage is found by the words of its title and its text.
public final class KnowledgeStore: Sendable {
  let database: DatabaseQueue
  /// The file; `:memory:` when there is none.
  public let path: String
  /// The number of passages.
  public let count: Int
  /// The number of documents.
  public let documentCount: Int
  /// The SHA-256 of the documents and of how they are divided, in hexadecimal; equal for equal
  /// knowledge bases wherever they lie.
  public let contentHash: String
  /// Terms of more than half of the passages.
  private let commonTerms: Set<String>

  /// Writes a knowledge base to a file, which appears whole or not at all, and opens it.
  ///
  /// - Throws: `InputError`: `badData` when there is no document or an id is empty or occurs
  ///   twice, `cannotCreate` or `io` when the file cannot be written.
  public convenience init(
    create path: String,
    documents: [Document],
    splitter: PassageSplitter = PassageSplitter()
  ) throws {
    try KnowledgeFile.write(documents, splitter: splitter, to: path)
    try self.init(open: path)
  }

  /// A knowledge base that exists in memory only.
  ///
  /// - Throws: `InputError` of kind `badData` as `init(create:documents:splitter:)` does.
  public init(inMemory documents: [Document], splitter: PassageSplitter = PassageSplitter()) throws
  {
    path = ":memory:"
    database = try KnowledgeFile.translatingErrors(path) { try DatabaseQueue() }
    let header = try KnowledgeFile.fill(database, documents, splitter: splitter, path: path)
    count = header.passageCount
    documentCount = header.documentCount
    contentHash = header.contentHash
    commonTerms = header.commonTerms
  }

  /// Opens a knowledge base for reading.
  ///
  /// - Throws: `InputError`: `missingInput` when there is no such file, `badData` when it is not a
  ///   knowledge base of this version.
  public init(open path: String) throws {
    self.path = path
    database = try KnowledgeFile.open(path)
    let header = try KnowledgeFile.header(of: database, path: path)
    count = header.passageCount
    documentCount = header.documentCount
    contentHash = header.contentHash
    commonTerms = header.commonTerms
  }

  /// The passages that match a question best, best first.
  ///
  /// A passage matches when it has at least one term of the query; the score is SQLite's BM25
  /// (Robertson et al., k1 = 1.2, b = 0.75) over the distinct terms, made positive. Its inverse
  /// document frequency, ln((N − n + ½)/(n + ½)), is replaced by 10⁻⁶ where it is not positive, as
  /// for words in half of the passages. Words of more than half of the passages, such as *the*, are
  /// looked up only when no passage has another word of the query. Equal scores are ordered as the
  /// passages are. Nothing in the query is an operator.
  ///
  /// - Parameters:
  ///   - query: Any text; one without letters and digits finds nothing.
  ///   - topK: The most passages wanted.
  ///   - excludingDocuments: Ids of documents whose passages are not wanted.
  /// - Throws: `InputError` when the file is damaged.
  /// - Precondition: `topK` is not negative.
  public func search(
    _ query: String,
    topK: Int,
    excludingDocuments: Set<String> = []
  ) throws -> [RetrievedPassage] {
    precondition(topK >= 0, "topK \(topK) must not be negative")
    let terms = SearchTerms.terms(of: query)
    guard topK > 0, !terms.isEmpty else { return [] }
    let telling = terms.filter { !commonTerms.contains($0) }
    return try read { database in
      var limit = min(topK, count)
      for id in excludingDocuments {
        limit += try Self.passageNumbers(of: id, database)?.count ?? 0
      }
      var found = try Self.match(telling, limit: limit, database)
      if found.isEmpty, telling.count < terms.count {
        found = try Self.match(terms, limit: limit, database)
      }
      var results: [RetrievedPassage] = []
      for row in found where results.count < topK {
        let number: Int = row[0]
        guard let passage = try Self.passages(number..<(number + 1), database).first else {
          throw KnowledgeFile.damaged(path, "passage \(number) is indexed but not stored")
        }
        guard !excludingDocuments.contains(passage.documentID) else { continue }
        results.append(RetrievedPassage(passage: passage, score: row[1]))
      }
      return results
    }
  }

  /// The passage of an id, or nil.
  ///
  /// - Throws: `InputError` when the file is damaged.
  public func passage(id: String) throws -> Passage? {
    guard let mark = id.lastIndex(of: "#"), let position = Int(id[id.index(after: mark)...]) else {
      return nil
    }
    return try read { database in
      guard let numbers = try Self.passageNumbers(of: String(id[..<mark]), database),
        position >= 1, position <= numbers.count
      else { return nil }
      let number = numbers.lowerBound + position - 1
      return try Self.passages(number..<(number + 1), database).first
    }
  }

  /// The passages of a document in order; none when there is no such document.
  ///
  /// - Throws: `InputError` when the file is damaged.
  public func passages(documentID: String) throws -> [Passage] {
    try read { database in
      guard let numbers = try Self.passageNumbers(of: documentID, database) else { return [] }
      return try Self.passages(numbers, database)
    }
  }

  /// All passages, in the order of the documents.
  ///
  /// - Throws: `InputError` when the file is damaged.
  public func allPassages() throws -> [Passage] {
    try read { try Self.passages(1..<(count + 1), $0) }
  }

  /// All documents, in the order given when the knowledge base was made.
  ///
  /// - Throws: `InputError` when the file is damaged.
  public func documents() throws -> [Document] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT id, title, text, url, entity FROM documents ORDER BY number"
      ).map(Self.document)
    }
  }

  /// The document of an id, or nil.
  ///
  /// - Throws: `InputError` when the file is damaged.
  public func document(id: String) throws -> Document? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: "SELECT id, title, text, url, entity FROM documents WHERE id = ?",
        arguments: [id]
      ).map(Self.document)
    }
  }

  private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try KnowledgeFile.translatingErrors(path) { try database.read(body) }
  }

  /// Number and score of the passages with at least one of the terms, best first.
  private static func match(_ terms: [String], limit: Int, _ database: Database) throws -> [Row] {
    guard !terms.isEmpty else { return [] }
    return try Row.fetchAll(
      database,
      sql: searchSQL,
      arguments: [SearchTerms.matchExpression(for: terms), limit]
    )
  }

  private static let searchSQL = """
    SELECT rowid, -bm25(passage_index) AS score FROM passage_index
    WHERE passage_index MATCH ? ORDER BY score DESC, rowid LIMIT ?
    """

  private static func document(_ row: Row) -> Document {
    Document(id: row[0], title: row[1], text: row[2], url: row[3], group: row[4])
  }

  /// The numbers of a document's passages; nil when there is no such document.
  private static func passageNumbers(of id: String, _ database: Database) throws -> Range<Int>? {
    let statement = try database.cachedStatement(
      sql: "SELECT first_passage, passage_count FROM documents WHERE id = ?"
    )
    return try Row.fetchOne(statement, arguments: [id]).map { row in
      let first: Int = row[0]
      let count: Int = row[1]
      return first..<(first + count)
    }
  }

  private static func passages(_ numbers: Range<Int>, _ database: Database) throws -> [Passage] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT d.id, d.title, d.url, p.text, p.number - d.first_passage + 1
        FROM passages p JOIN documents d ON d.number = p.document
        WHERE p.number >= ? AND p.number < ? ORDER BY p.number
        """
    )
    let rows = try Row.fetchCursor(
      statement,
      arguments: [numbers.lowerBound, numbers.upperBound]
    )
    var passages: [Passage] = []
    while let row = try rows.next() {
      let documentID: String = row[0]
      let position: Int = row[4]
      passages.append(
        Passage(
          id: "\(documentID)#\(position)",
          documentID: documentID,
          title: row[1],
          text: row[3],
          url: row[2]
        )
      )
    }
    return passages
  }
}
