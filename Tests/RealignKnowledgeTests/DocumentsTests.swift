import Foundation
import RealignKnowledge
import RealignTestSupport
import RealignText
import Testing

@Suite struct DocumentsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func failure(_ path: String) throws -> InputError {
    try #require(throws: InputError.self) { try Documents.load(path: path) }
  }

  @Test func `rows give documents in order`() throws {
    let path = try folder.write(
      """
      {"id":"a","title":"A","text":"Alpha.","url":"http://x","group":"g"}

      {"id":"b","title":"","text":"Beta."}
      """,
      to: "d.jsonl"
    )
    #expect(
      try Documents.load(path: path) == [
        Document(id: "a", title: "A", text: "Alpha.", url: "http://x", group: "g"),
        Document(id: "b", title: "", text: "Beta."),
      ]
    )
  }

  @Test func `a missing field is named with its line`() throws {
    let path = try folder.write("{\"id\":\"a\",\"title\":\"A\"}", to: "d.jsonl")
    let error = try failure(path)
    #expect((error.kind, error.line, error.field) == (.badData, 1, "text"))
    #expect(error.found == "the fields id, title")
  }

  @Test func `a number as id is refused`() throws {
    let error = try failure(try folder.write("{\"id\":3,\"title\":\"\",\"text\":\"x\"}", to: "d"))
    #expect((error.field, error.found, error.expected) == ("id", "number 3", "a string"))
  }

  @Test func `an id that occurs twice is refused with both lines`() throws {
    let row = "{\"id\":\"a\",\"title\":\"\",\"text\":\"x\"}\n"
    let error = try failure(try folder.write(row + row, to: "d.jsonl"))
    #expect((error.line, error.field, error.hint) == (2, "id", "it is also in line 1"))
  }

  @Test func `a folder gives its text files in the order of their paths`() throws {
    try folder.write("# Zebra facts\n\nStripes.", to: "kb/b.md")
    try folder.write("Ants.", to: "kb/a.txt")
    try folder.write("Deep.", to: "kb/sub/c.txt")
    try folder.write("{}", to: "kb/ignored.json")
    try folder.write("hidden", to: "kb/.git/x.txt")
    let documents = try Documents.load(path: folder.path + "/kb")
    #expect(documents.map(\.id) == ["a", "b", "sub/c"])
    #expect(documents.map(\.title) == ["a", "Zebra facts", "c"])
  }

  @Test func `two files of one id are refused`() throws {
    try folder.write("x", to: "kb/a.txt")
    try folder.write("y", to: "kb/a.md")
    #expect(try failure(folder.path + "/kb").field == "id")
  }

  @Test func `an empty folder and a missing path are errors`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path + "/none",
      withIntermediateDirectories: true
    )
    #expect(try failure(folder.path + "/none").kind == .badData)
    #expect(try failure(folder.path + "/absent").kind == .missingInput)
  }

  @Test func `sources that share an id are refused together`() throws {
    let one = try folder.write("{\"id\":\"a\",\"title\":\"\",\"text\":\"x\"}", to: "1.jsonl")
    let two = try folder.write("{\"id\":\"a\",\"title\":\"\",\"text\":\"y\"}", to: "2.jsonl")
    let error = try #require(throws: InputError.self) { try Documents.load(paths: [one, two]) }
    #expect((error.file, error.found) == (two, "a"))
  }
}
