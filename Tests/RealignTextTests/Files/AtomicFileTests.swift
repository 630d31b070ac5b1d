import Foundation
import RealignTestSupport
import RealignText
import Testing

struct AtomicFileTests {
  @Test func `a file is made and replaced, and nothing else is left`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/out.txt"
    try AtomicFile.write("first", to: path)
    try AtomicFile.write(Data([0, 255, 10]), to: path)
    #expect(try InputFile.bytes(path) == [0, 255, 10])
    try AtomicFile.write("", to: path)
    #expect(try InputFile.bytes(path).isEmpty)
    #expect(try folder.names == ["out.txt"])
  }

  @Test func `a file is created only where there is none`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/claim"
    #expect(try AtomicFile.create("mine", at: path))
    #expect(try !AtomicFile.create("yours", at: path))
    #expect(try InputFile.text(path) == "mine")
    let error = try #require(throws: InputError.self) {
      _ = try AtomicFile.create("x", at: folder.path + "/no/claim")
    }
    #expect(error.kind == .cannotCreate)
    #expect(try folder.names == ["claim"])
  }

  @Test func `a missing directory cannot be written into`() throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: InputError.self) {
      try AtomicFile.write("x", to: folder.path + "/no/out.txt")
    }
    #expect(error.kind == .cannotCreate)
    #expect(error.hint == "create the directory \(folder.path)/no first")
  }

  @Test func `a directory in the way and an empty name are refused`() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path, "", "a\u{0}b"] {
      let error = try #require(throws: InputError.self) { try AtomicFile.write("x", to: path) }
      #expect(error.kind == .cannotCreate)
    }
    #expect(try folder.names.isEmpty)
  }

  @Test func `a full device is an I/O error`() throws {
    // Linux has a device that is always full.
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let error = try #require(throws: InputError.self) {
      try AtomicFile.write("x", to: "/dev/full")
    }
    #expect(error.kind == .io)
    #expect(error.hint == "free some disk space and run again")
  }

  @Test func `a device is written to and not replaced`() throws {
    try AtomicFile.write("x", to: "/dev/null")
    #expect(try FileHandle(forReadingFrom: URL(fileURLWithPath: "/dev/null")).readToEnd() == nil)
  }

  @Test func `many writers of one file leave one whole content`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/out"
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          try? AtomicFile.write(String(repeating: "\(index % 10)", count: 10_000), to: path)
        }
      }
    }
    let bytes = try InputFile.bytes(path)
    #expect(bytes.count == 10_000)
    #expect(Set(bytes).count == 1)
    #expect(try folder.names == ["out"])
  }
}
