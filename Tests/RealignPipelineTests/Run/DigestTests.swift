import Foundation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct DigestTests {
  // FIPS 180-4 example values.
  private let ofABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  private let ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test func `texts have the standard's digests`() {
    #expect(Digest.sha256("abc") == ofABC)
    #expect(Digest.sha256("") == ofNothing)
  }

  @Test func `files are read in blocks with the same result`() throws {
    let folder = try TemporaryFolder()
    let small = try folder.write("abc", to: "small")
    #expect(try Digest.sha256(file: small) == (ofABC, 3))
    let text = String(repeating: "0123456789", count: 300_000)
    let large = try folder.write(text, to: "large")
    #expect(try Digest.sha256(file: large) == (Digest.sha256(text), 3_000_000))
    let error = #expect(throws: InputError.self) {
      try Digest.sha256(file: folder.path + "/absent")
    }
    #expect(error?.exitCode == 66)
  }

  @Test func `parts cannot run together`() {
    #expect(
      Digest.sha256(parts: [("a", "bc"), ("d", "")])
        != Digest.sha256(parts: [("ab", "c"), ("d", "")])
    )
    #expect(Digest.sha256(parts: [("a", "b")]) != Digest.sha256(parts: [("a", "b"), ("", "")]))
  }

  @Test func `a folder lists its files in order, hidden ones left out`() throws {
    let folder = try TemporaryFolder()
    try folder.write("abc", to: "b/two")
    try folder.write("", to: "a")
    try folder.write("x", to: ".hidden/x")
    try folder.write("x", to: "skip")
    let records = try FileRecord.list(folder: folder.path, except: ["skip"])
    #expect(
      records == [
        FileRecord(path: "a", bytes: 0, sha256: ofNothing),
        FileRecord(path: "b/two", bytes: 3, sha256: ofABC),
      ]
    )
    #expect(records.map { FileRecord(json: $0.json) } == records)
  }

  @Test func `the manifest holds inputs, outputs, seeds and the program`() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("abc", to: "in/data.jsonl")
    let run = try RunDirectory(folder.path + "/run", existing: .refuse)
    try run.write(["x": 1], to: "gates.json")
    var manifest = Manifest()
    manifest.seeds = [("run", UInt64.max)]
    try manifest.addInputs([input, folder.path + "/in"])
    try manifest.addOutputs(of: run)
    try manifest.write(to: run)
    let json = try JSONValue.parse(
      Array(Data(contentsOf: URL(fileURLWithPath: run.file("manifest.json")))),
      file: nil,
      line: nil
    )
    #expect(json["inputs"]?.arrayValue?.count == 2)
    #expect(json["inputs"]?.arrayValue?.first?["sha256"]?.stringValue == ofABC)
    #expect(json["outputs"]?.arrayValue?.map { $0["path"]?.stringValue } == ["gates.json"])
    #expect(json["seeds"]?["run"]?.stringValue == "18446744073709551615")
    #expect(json["program"]?["sha256"]?.stringValue?.count == 64)
  }
}
