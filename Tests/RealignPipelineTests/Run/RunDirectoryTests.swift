import Foundation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct RunDirectoryTests {
  private func error(_ path: String, _ existing: RunDirectory.ExistingRun) -> InputError? {
    #expect(throws: InputError.self) { try RunDirectory(path, existing: existing) }
  }

  @Test func `a directory in use is refused with its owner, and free again afterwards`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    do {
      let run = try RunDirectory(path, existing: .refuse)
      let busy = try #require(error(path, .resume))
      #expect(busy.exitCode == 69)
      #expect(busy.found?.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
      #expect(busy.file == run.path)
    }
    #expect(throws: Never.self) { try RunDirectory(path, existing: .resume) }
  }

  @Test func `a run that is there is refused, continued or replaced as asked`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    let configuration = EffectiveConfiguration()
    do { try RunDirectory(path, existing: .refuse).write(configuration) }
    #expect(error(path, .refuse)?.exitCode == 73)
    do {
      let run = try RunDirectory(path, existing: .resume)
      #expect(FileManager.default.fileExists(atPath: run.file("config.yaml")))
    }
    let kept = try folder.write("mine", to: "run/notes.txt")
    do {
      let run = try RunDirectory(path, existing: .replace)
      #expect(!FileManager.default.fileExists(atPath: run.file("config.yaml")))
    }
    #expect(FileManager.default.fileExists(atPath: kept))
  }

  @Test func `a directory of other files is never touched`() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "home/model/weights")
    for existing in [RunDirectory.ExistingRun.refuse, .resume, .replace] {
      #expect(error(folder.path + "/home", existing)?.exitCode == 73)
    }
    #expect(FileManager.default.fileExists(atPath: folder.path + "/home/model/weights"))
  }

  @Test func `a path that cannot be created says so`() {
    #expect(error("/dev/null/run", .refuse)?.exitCode == 73)
  }

  @Test func `a finished stage is found again only while everything is as it was`() throws {
    let folder = try TemporaryFolder()
    let run = try RunDirectory(folder.path + "/run", existing: .refuse)
    #expect(run.state(of: .cite, key: "k") == .unfinished)
    let output = try run.folder(of: .cite) + "/model.bin"
    #expect(output.hasSuffix("stages/3-cite/model.bin"))
    try AtomicFile.write("weights", to: output)
    let written = try run.complete(.cite, key: "k", result: ["score": 0.5])
    #expect(run.state(of: .cite, key: "k") == .finished(written))
    #expect(written.files.map(\.path) == ["model.bin"])
    #expect(written.result["score"]?.doubleValue == 0.5)
    #expect(
      run.state(of: .cite, key: "other") == .stale(reason: "its settings or inputs changed")
    )
    try AtomicFile.write("other weights", to: output)
    #expect(
      run.state(of: .cite, key: "k") == .stale(reason: "model.bin changed or is missing")
    )
    try FileManager.default.removeItem(atPath: output)
    #expect(
      run.state(of: .cite, key: "k") == .stale(reason: "model.bin changed or is missing")
    )
  }

  @Test func `a damaged marker means unfinished`() throws {
    let folder = try TemporaryFolder()
    let run = try RunDirectory(folder.path + "/run", existing: .refuse)
    try run.complete(.sft, key: "k", result: .null)
    let marker = run.stagePath(.sft) + "/complete.json"
    for text in ["", "{", "[]", "{\"key\":\"k\"}", "{\"key\":\"k\",\"files\":[{}]}"] {
      try AtomicFile.write(text, to: marker)
      #expect(run.state(of: .sft, key: "k") == .unfinished, "\(text)")
    }
  }

  @Test func `a copy without the lock is a run, a folder with files of the same names is none`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    do {
      let run = try RunDirectory(path, existing: .refuse)
      try run.complete(.sft, key: "k", result: .null)
    }
    try FileManager.default.copyItem(atPath: path, toPath: folder.path + "/copy")
    try FileManager.default.removeItem(atPath: folder.path + "/copy/run.lock")
    let copy = try RunDirectory(folder.path + "/copy", existing: .resume)
    #expect(copy.record(of: .sft)?.key == "k")
    try folder.write("x", to: "other/config.yaml")
    try folder.write("x", to: "other/stages/notes.txt")
    #expect(throws: InputError.self) {
      try RunDirectory(folder.path + "/other", existing: .replace)
    }
    #expect(try folder.names.contains("other"))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/other/config.yaml"))
  }

  @Test func `repeating a stage repeats all after it`() throws {
    let folder = try TemporaryFolder()
    let run = try RunDirectory(folder.path + "/run", existing: .refuse)
    for stage in StageName.allCases { try run.complete(stage, key: "k", result: .null) }
    try run.invalidate(from: .detect)
    let finished = StageName.allCases.filter { run.state(of: $0, key: "k") != .unfinished }
    #expect(finished == [.sft, .collect, .cite])
  }

  @Test func `only an attempt with the same key is continued`() throws {
    let folder = try TemporaryFolder()
    let run = try RunDirectory(folder.path + "/run", existing: .refuse)
    let left = run.stagePath(.cite) + "/training.txt"
    #expect(try !run.prepare(.cite, key: "a"))
    try AtomicFile.write("half", to: left)
    #expect(try !run.prepare(.cite, key: "a"))
    #expect(FileManager.default.fileExists(atPath: left))
    #expect(try run.prepare(.cite, key: "b"))
    #expect(!FileManager.default.fileExists(atPath: left))
    #expect(try run.complete(.cite, key: "b", result: .null).files.isEmpty)
  }
}
