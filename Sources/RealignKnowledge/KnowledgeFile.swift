import Crypto
import Foundation
import GRDB
import RealignText

/// The layout of a knowledge base in SQLite, and how it is written and recognised.
enum KnowledgeFile {
  /// What a knowledge base says about itself.
  struct Header: Sendable, Equatable {
    let documentCount: Int
    let passageCount: Int
    let contentHash: String
    /// Terms of more than half of the passages.
    let commonTerms: Set<String>
  }

  /// Marks the file as ours (`PRAGMA application_id`): "RAkb".
  static let applicationID = 0x5241_6B62
  /// The version of the layout (`PRAGMA user_version`).
  static let version = 1

  /// The index holds no copy of the text (`content=''`); the passages do.
  private static let schema = """
    CREATE TABLE header(
      document_count INTEGER NOT NULL, passage_count INTEGER NOT NULL,
      max_words INTEGER NOT NULL, content_hash TEXT NOT NULL);
    CREATE TABLE documents(
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
      text TEXT NOT NULL, url TEXT, entity TEXT,
      first_passage INTEGER NOT NULL, passage_count INTEGER NOT NULL);
    CREATE TABLE passages(
      number INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(number),
      text TEXT NOT NULL);
    CREATE TABLE common_terms(term TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE VIRTUAL TABLE passage_index USING fts5(
      title, text, content='', tokenize='unicode61 remove_diacritics 2');
    """

  /// Writes a new file by way of a sibling temporary one and a rename.
  static func write(_ documents: [Document], splitter: PassageSplitter, to path: String) throws {
    let temporary = try reserveTemporary(for: path)
    do {
      try translatingErrors(path, creating: true) {
        var configuration = Configuration()
        // A half-written temporary file is thrown away, so it needs no journal.
        configuration.prepareDatabase { database in
          try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        }
        let database = try DatabaseQueue(path: temporary, configuration: configuration)
        _ = try fill(database, documents, splitter: splitter, path: path)
        try database.close()
      }
      try moveIntoPlace(temporary, path)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
  }

  /// Creates the tables in an empty database and fills them.
  static func fill(
    _ database: DatabaseQueue,
    _ documents: [Document],
    splitter: PassageSplitter,
    path: String
  ) throws -> Header {
    guard !documents.isEmpty else {
      throw InputError(.badData, "there is no document to make a knowledge base of", file: path)
    }
    return try translatingErrors(path, creating: true) {
      try database.write { database in
        try database.execute(
          sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)"
        )
        try database.execute(sql: schema)
        let passageCount = try insert(documents, splitter: splitter, database)
        try database.execute(sql: "INSERT INTO passage_index(passage_index) VALUES('optimize')")
        try noteCommonTerms(passageCount: passageCount, database)
        let header = Header(
          documentCount: documents.count,
          passageCount: passageCount,
          contentHash: contentHash(documents, splitter: splitter),
          commonTerms: try commonTerms(database)
        )
        try database.execute(
          sql: "INSERT INTO header VALUES(?, ?, ?, ?)",
          arguments: [documents.count, passageCount, splitter.maxWords, header.contentHash]
        )
        return header
      }
    }
  }

  /// The terms written down when the file was made.
  static func commonTerms(_ database: Database) throws -> Set<String> {
    Set(try String.fetchAll(database, sql: "SELECT term FROM common_terms"))
  }

  private static func insert(
    _ documents: [Document],
    splitter: PassageSplitter,
    _ database: Database
  ) throws -> Int {
    let document = try database.makeStatement(
      sql: "INSERT INTO documents VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
    )
    let passage = try database.makeStatement(sql: "INSERT INTO passages VALUES(?, ?, ?)")
    let index = try database.makeStatement(
      sql: "INSERT INTO passage_index(rowid, title, text) VALUES(?, ?, ?)"
    )
    var ids: Set<String> = []
    var passageCount = 0
    for (position, item) in documents.enumerated() {
      guard !item.id.isEmpty, ids.insert(item.id).inserted else {
        throw InputError(
          .badData,
          item.id.isEmpty ? "a document has no id" : "a document id occurs twice",
          field: "id",
          found: "\"\(item.id)\" (document \(position + 1))",
          expected: "unique ids that are not empty"
        )
      }
      let passages = splitter.passages(of: item)
      try document.execute(
        arguments: [
          position + 1, item.id, item.title, item.text, item.url, item.group, passageCount + 1,
          passages.count,
        ])
      for part in passages {
        passageCount += 1
        try passage.execute(arguments: [passageCount, position + 1, part.text])
        try index.execute(arguments: [passageCount, item.title, part.text])
      }
    }
    return passageCount
  }

  /// Writes down the terms of more than half of the passages, which say nothing about a passage.
  private static func noteCommonTerms(passageCount: Int, _ database: Database) throws {
    try database.execute(
      sql: "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'passage_index', 'row')"
    )
    try database.execute(
      sql: "INSERT INTO common_terms SELECT term FROM vocabulary WHERE doc * 2 > ? ORDER BY term",
      arguments: [passageCount]
    )
    try database.execute(sql: "DROP TABLE temp.vocabulary")
  }

  /// SHA-256 over the limit of words and every field of every document, each with its length
  /// before it.
  static func contentHash(_ documents: [Document], splitter: PassageSplitter) -> String {
    var hash = SHA256()
    func add(_ text: String?) {
      let bytes = text.map { Array($0.utf8) } ?? []
      let length = text == nil ? UInt64.max : UInt64(bytes.count)
      hash.update(data: (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) })
      hash.update(data: bytes)
    }
    add("realign knowledge \(version), at most \(splitter.maxWords) words")
    for document in documents {
      for field in [
        document.id, document.title, document.text, document.url, document.group,
      ] { add(field) }
    }
    let digits = Array("0123456789abcdef")
    return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
