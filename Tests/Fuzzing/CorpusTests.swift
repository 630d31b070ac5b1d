import Foundation
import Testing

/// The seeds of the fuzzers and what they found, once more in every test run.
struct CorpusTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Corpus")

  static let files: [(check: String, file: String)] = FuzzCheck.all.flatMap { check in
    let path = folder.appending(path: check.name).path(percentEncoded: false)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().map { (check.name, $0) }
  }

  @Test(arguments: files)
  func `a file of the corpus is refused or read rightly`(check: String, file: String) throws {
    let found = try #require(FuzzCheck.all.first { $0.name == check })
    let path = Self.folder.appending(path: check).appending(path: file)
    try found.run([UInt8](Data(contentsOf: path)))
  }

  @Test(arguments: FuzzCheck.all.map(\.name))
  func `every check has seeds`(check: String) {
    #expect(Self.files.count { $0.check == check } >= 3)
  }
}
