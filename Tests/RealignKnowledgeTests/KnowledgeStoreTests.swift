import Foundation
import GRDB
import RealignKnowledge
import RealignTestSupport
import RealignText
import Testing

@Suite struct KnowledgeStoreTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/kb.sqlite" }

  static let rivers = [
    Document(
      id: "velto",
      title: "Velto",
      text: "Velto is the capital of Ruma. It has a river.",
      url: "http://velto",
      group: "g"
    ),
    Document(id: "ruma", title: "Ruma", text: "Ruma is a country."),
    Document(
      id: "pesk",
      title: "Pesk",
      text: "Pesk is a town in Ruma with a bridge over the river Ana."
    ),
    Document(id: "ana", title: "Ana", text: "Ana flows north."),
    Document(id: "toma", title: "Toma", text: "Toma is a lake."),
  ]

  init() throws { folder = try TemporaryFolder() }

  @Test func `scores are those of the bm25 formula`() throws {
    let store = try KnowledgeStore(create: path, documents: Self.rivers)
    let found = try store.search("Which river has Velto?", topK: 2)
    #expect(found.map(\.passage.id) == ["velto#1", "pesk#1"])
    // Only "river" (in 2 of 5) and "velto", "has" (in 1) count; mean length 8.4 words. From the
    // formula in a program of its own, without "has".
    let plain = try store.search("river Velto", topK: 5)
    #expect(plain.count == 2)
    #expect(abs(plain[0].score - 1.6424407147819438) < 1e-12)
    #expect(abs(plain[1].score - 0.253907809165348) < 1e-12)
  }

  @Test func `a word of most passages is looked up only by itself`() throws {
    let store = try KnowledgeStore(inMemory: Self.rivers)
    let found = try store.search("ruma", topK: 5)
    #expect(found.map(\.passage.documentID) == ["ruma", "velto", "pesk"])
    #expect(abs(found[0].score - 1.5294117647058823e-06) < 1e-18)
    #expect(try store.search("ruma lake", topK: 5).map(\.passage.documentID) == ["toma"])
    #expect(try store.search("ruma unheard", topK: 5).count == 3)
    #expect(try store.search("ruma lake", topK: 5, excludingDocuments: ["toma"]).isEmpty)
  }

  @Test func `equal scores keep the order of the passages`() throws {
    let documents =
      ["c", "a", "b", "x"].map { Document(id: $0, title: "", text: "Same words.") }
      + (0..<6).map { Document(id: "other\($0)", title: "", text: "Different text.") }
    let store = try KnowledgeStore(inMemory: documents)
    #expect(try store.search("same", topK: 3).map(\.passage.documentID) == ["c", "a", "b"])
  }

  @Test func `excluded documents make room for the next`() throws {
    let store = try KnowledgeStore(inMemory: Self.rivers)
    let found = try store.search("river", topK: 1, excludingDocuments: ["velto", "no such"])
    #expect(found.map(\.passage.documentID) == ["pesk"])
    let none = try store.search("river", topK: 5, excludingDocuments: ["velto", "pesk"])
    #expect(none.isEmpty)
  }

  @Test(arguments: [
    "\"", "river AND", "NOT river", "title:river", "river*", "^river", "(river", "river NEAR(2)",
    "a\"b", "'; DROP TABLE passages; --", "{x}:y", "+river -velto", "river\u{0}velto",
  ])
  func `nothing in a query is an operator`(query: String) throws {
    let store = try KnowledgeStore(inMemory: Self.rivers)
    let found = try store.search(query, topK: 5)
    let words = query.lowercased().split { !$0.isLetter && !$0.isNumber }
    // "NOT river" and the like find what "river" finds, since all terms are only words.
    let mentionsRiver = words.contains("river")
    #expect(
      found.contains { $0.passage.documentID == "pesk" } == (mentionsRiver || words.contains("a"))
    )
    #expect(store.count == 5)
  }

  @Test(arguments: ["", "   ", "?!…", "—", "\u{301}"])
  func `a query without terms finds nothing`(query: String) throws {
    #expect(try KnowledgeStore(inMemory: Self.rivers).search(query, topK: 5).isEmpty)
  }

  @Test func `a question of thousands of words is answered`() throws {
    let store = try KnowledgeStore(inMemory: Self.rivers)
    let query = "river " + (0..<5000).map { "w\($0)" }.joined(separator: " ")
    #expect(try store.search(query, topK: 5).count == 2)
  }

  @Test func `case and accents do not matter`() throws {
    let store = try KnowledgeStore(inMemory: [
      Document(id: "a", title: "", text: "Das Café in Zürich."),
      Document(id: "b", title: "", text: "Nothing."), Document(id: "c", title: "", text: "Else."),
    ])
    for query in ["CAFE", "café", "cafe\u{301}", "zurich"] {
      #expect(try store.search(query, topK: 1).map(\.passage.documentID) == ["a"])
    }
  }

  @Test func `what was stored is read back`() throws {
    let splitter = PassageSplitter(maxWords: 6)
    let made = try KnowledgeStore(create: path, documents: Self.rivers, splitter: splitter)
    let store = try KnowledgeStore(open: path)
    #expect(store.contentHash == made.contentHash)
    #expect(try store.documents() == Self.rivers)
    #expect(try store.document(id: "velto") == Self.rivers[0])
    #expect(try store.document(id: "nobody") == nil)
    let expected = Self.rivers.flatMap(splitter.passages)
    #expect(expected.count > Self.rivers.count)
    #expect(try store.allPassages() == expected)
    #expect(store.count == expected.count)
    #expect(try store.passages(documentID: "velto") == splitter.passages(of: Self.rivers[0]))
    #expect(try store.passage(id: "velto#2") == expected[1])
    for id in ["velto#0", "velto#9", "velto", "x#1", "#", "velto#-1"] {
      #expect(try store.passage(id: id) == nil)
    }
  }

  @Test func `equal documents make equal files`() throws {
    let other = folder.path + "/other.sqlite"
    _ = try KnowledgeStore(create: path, documents: Self.rivers)
    _ = try KnowledgeStore(create: other, documents: Self.rivers)
    let files = try [path, other].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(files[0] == files[1])
    #expect(try folder.names == ["kb.sqlite", "other.sqlite"])
  }

  @Test func `the content hash follows every field and the splitter`() throws {
    func hash(_ documents: [Document], _ words: Int = 100) throws -> String {
      try KnowledgeStore(inMemory: documents, splitter: PassageSplitter(maxWords: words))
        .contentHash
    }
    let base = Document(id: "a", title: "b", text: "c")
    let hashes = try [
      hash([base]), hash([base], 50), hash([Document(id: "ab", title: "", text: "c")]),
      hash([Document(id: "a", title: "b", text: "c", url: "")]),
      hash([Document(id: "a", title: "b", text: "c", group: "")]), hash([base, Self.rivers[0]]),
    ]
    #expect(Set(hashes).count == hashes.count)
    #expect(hashes.allSatisfy { $0.count == 64 })
  }

  @Test func `a file that is no knowledge base is refused`() throws {
    let text = try folder.write("just some text, long enough to look like a file\n", to: "x.txt")
    let empty = try folder.write("", to: "empty")
    let foreign = folder.path + "/foreign.sqlite"
    let queue = try DatabaseQueue(path: foreign)
    try queue.write { try $0.execute(sql: "CREATE TABLE t(a)") }
    try queue.close()
    for file in [text, empty, foreign, folder.path] {
      let error = try #require(throws: InputError.self) { try KnowledgeStore(open: file) }
      #expect((error.kind, error.file) == (.badData, file))
    }
    let error = try #require(throws: InputError.self) { try KnowledgeStore(open: path) }
    #expect(error.kind == .missingInput)
  }

  @Test func `another version is refused with a hint`() throws {
    _ = try KnowledgeStore(create: path, documents: Self.rivers)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
    try queue.close()
    let error = try #require(throws: InputError.self) { try KnowledgeStore(open: path) }
    #expect((error.kind, error.found) == (.badData, "version 99"))
  }

  @Test func `a truncated file gives an error and not a crash`() throws {
    let many = (0..<200).map {
      Document(id: "d\($0)", title: "T\($0)", text: "Words number \($0) and some more of them.")
    }
    _ = try KnowledgeStore(create: path, documents: many)
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: InputError.self) {
      let store = try KnowledgeStore(open: path)
      _ = try store.search("words number", topK: 5)
      _ = try store.allPassages()
      _ = try store.documents()
    }
    #expect(error.kind == .badData)
  }

  @Test func `bad documents leave no file behind`() throws {
    for documents in [
      [], [Document(id: "", title: "", text: "x")],
      [Document(id: "a", title: "", text: "x"), Document(id: "a", title: "", text: "y")],
    ] {
      let error = try #require(throws: InputError.self) {
        try KnowledgeStore(create: path, documents: documents)
      }
      #expect(error.kind == .badData)
    }
    #expect(try folder.names.isEmpty)
  }

  @Test func `a folder that does not exist cannot be written to`() throws {
    let error = try #require(throws: InputError.self) {
      try KnowledgeStore(create: folder.path + "/no/kb.sqlite", documents: Self.rivers)
    }
    #expect(error.kind == .cannotCreate)
  }

  @Test func `searches from several tasks agree`() async throws {
    let store = try KnowledgeStore(create: path, documents: Self.rivers)
    let expected = try store.search("river Velto", topK: 5)
    try await withThrowingTaskGroup(of: [RetrievedPassage].self) { group in
      for _ in 0..<16 { group.addTask { try store.search("river Velto", topK: 5) } }
      for try await found in group { #expect(found == expected) }
    }
  }
}
