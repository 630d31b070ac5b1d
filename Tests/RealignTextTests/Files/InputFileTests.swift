import Foundation
import RealignTestSupport
import RealignText
import Testing

struct InputFileTests {
  @Test func `a text loses its byte-order mark only`() throws {
    let folder = try TemporaryFolder()
    #expect(try InputFile.text(folder.write("\u{FEFF}é\r\n", to: "a")) == "é\r\n")
  }

  @Test func `invalid UTF-8 is placed`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("one\né".utf8) + [0xC3, 0x28], to: "a")
    let error = try #require(throws: InputError.self) { try InputFile.text(path) }
    #expect([error.line, error.column] == [2, 2])
    #expect(error.found == "byte 0xc3")
  }

  @Test func `compressed data that would fill the memory is refused`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 0, count: 80 << 20), to: "zeros")
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-1", path]
    try gzip.run()
    gzip.waitUntilExit()
    let error = try #require(throws: InputError.self) { try InputFile.bytes(path + ".gz") }
    #expect(error.message == "the compressed data grows too large")
    #expect(error.kind == .badData)
  }

  @Test func `a file that ought to be small is read no further than its limit`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("12345", to: "small")
    #expect(try InputFile.bytes(path, atMost: 5) == Array("12345".utf8))
    let error = #expect(throws: InputError.self) { try InputFile.bytes(path, atMost: 4) }
    #expect(error?.kind == .badData && error?.expected == "at most 4 bytes")
    #expect(throws: InputError.self) { try InputFile.bytes("/dev/zero", atMost: 1 << 20) }
    let absent = #expect(throws: InputError.self) {
      try InputFile.bytes(folder.path + "/absent", atMost: 4)
    }
    #expect(absent?.kind == .missingInput)
  }
}
