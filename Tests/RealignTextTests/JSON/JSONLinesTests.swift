import Foundation
import RealignTestSupport
import RealignText
import Testing

struct JSONLinesTests {
  @Test func `byte-order mark, CR LF, blank lines and an unended last line are accepted`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "\u{FEFF}{\"a\":1}\r\n\r\n  \t\n{\"a\":2}\n\n{\"a\":3}",
      to: "rows.jsonl"
    )
    let rows = try JSONLines.read(path)
    #expect(rows.map(\.line) == [1, 4, 6])
    #expect(rows.map { $0.value["a"] } == [1, 2, 3])
  }

  @Test func `an empty file has no rows`() throws {
    let folder = try TemporaryFolder()
    #expect(try JSONLines.read(folder.write("", to: "empty")).isEmpty)
    #expect(try JSONLines.read(folder.write("\n \n", to: "blank")).isEmpty)
    #expect(try JSONLines.read(folder.write("\u{FEFF}", to: "mark")).isEmpty)
  }

  @Test(
    arguments: [
      ("{\"a\":1}\n{\"a\":}\n", 2, 6), ("{\"a\":1}\n\n[1]\n", 3, 1), ("12", 1, 1),
      ("{\"a\":1} {\"b\":2}\n", 1, 9), ("{\"a\":\n1}\n", 1, 6), ("{\"a\":1,\"a\":2}", 1, 8),
      ("{\"a\":\"\u{0}\"}", 1, 7), ("{\"é\":NaN}", 1, 6),
    ] as [(String, Int, Int)]
  )
  func `an error names file, line and column`(text: String, line: Int, column: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "rows.jsonl")
    let error = try #require(throws: InputError.self) { try JSONLines.read(path) }
    #expect(error.kind == .badData)
    #expect(error.file == path)
    #expect([error.line, error.column] == [line, column])
  }

  @Test func `invalid UTF-8 is found on its line`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Array("{\"a\":1}\n{\"a\":\"x".utf8) + [0xFF] + Array("\"}\n".utf8),
      to: "rows.jsonl"
    )
    let error = try #require(throws: InputError.self) { try JSONLines.read(path) }
    #expect(error.message == "invalid UTF-8")
    #expect([error.line, error.column] == [2, 8])
  }

  @Test func `one list around all rows gets a hint`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("[{\"a\":1}]", to: "rows.json")
    let error = try #require(throws: InputError.self) { try JSONLines.read(path) }
    #expect(error.hint?.contains("one object per line") == true)
  }

  @Test func `bad rows can be skipped and are reported`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"a\":1}\n{\nx\n{\"a\":2}\n", to: "rows.jsonl")
    let result = try JSONLines.readSkippingBadRows(path)
    #expect(result.rows.map(\.line) == [1, 4])
    #expect(result.errors.map(\.line) == [2, 3])
  }

  @Test func `what is written is read again`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/out.jsonl"
    let rows: [JSONValue] = [["t": "a\nb\u{2028}\r"], ["n": 0.1, "l": [1, nil]], [:]]
    try JSONLines.write(rows, to: path)
    #expect(try JSONLines.read(path).map { .object($0.value) } == rows)
    #expect(try InputFile.bytes(path).count { $0 == 0x0A } == 3)
  }

  @Test func `gzip is read, by content and by name`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"a\":1}\n{\"a\":2}\n", to: "a b.jsonl")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-k", path]
    try process.run()
    process.waitUntilExit()
    #expect(try JSONLines.read(path + ".gz").map { $0.value["a"] } == [1, 2])

    var damaged = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
    damaged.removeLast(6)
    let short = try folder.write(damaged, to: "short.jsonl.gz")
    let error = try #require(throws: InputError.self) { try JSONLines.read(short) }
    #expect(error.kind == .badData)
    let plain = try folder.write("{\"a\":1}\n", to: "plain.jsonl.gz")
    #expect(throws: InputError.self) { try JSONLines.read(plain) }
  }

  @Test func `a missing file and a directory are missing input`() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path + "/absent", folder.path] {
      let error = try #require(throws: InputError.self) { try JSONLines.read(path) }
      #expect(error.kind == .missingInput)
      #expect(error.file == path)
    }
  }
}
