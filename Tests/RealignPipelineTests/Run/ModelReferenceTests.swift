import Foundation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct ModelReferenceTests {
  /// A cache as `huggingface_hub` lays it out, with one model under `main` and a tag.
  private func cache() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let model = "models--org--tiny"
    try folder.write("0a1b2c\n", to: "\(model)/refs/main")
    try folder.write("ffff", to: "\(model)/refs/v1")
    try folder.write("{}", to: "\(model)/snapshots/0a1b2c/config.json")
    try folder.write("{}", to: "\(model)/snapshots/ffff/config.json")
    return folder
  }

  @Test func `a directory is taken as it is`() throws {
    let folder = try TemporaryFolder()
    #expect(try ModelReference.resolve(folder.path, environment: [:]) == folder.path)
  }

  @Test func `a repository is found by branch, tag and commit`() throws {
    let folder = try cache()
    let environment = ["HF_HUB_CACHE": folder.path]
    let root = folder.path + "/models--org--tiny/snapshots/"
    for (name, commit) in [
      ("org/tiny", "0a1b2c"), ("hf://org/tiny", "0a1b2c"), ("org/tiny@v1", "ffff"),
      ("org/tiny@0a1b2c", "0a1b2c"),
    ] {
      #expect(try ModelReference.resolve(name, environment: environment) == root + commit)
    }
  }

  @Test func `the cache is looked for where huggingface_hub looks`() {
    #expect(ModelReference.cacheFolder(["HF_HUB_CACHE": "/a", "HF_HOME": "/b"]) == "/a")
    #expect(ModelReference.cacheFolder(["HUGGINGFACE_HUB_CACHE": "/c"]) == "/c")
    #expect(ModelReference.cacheFolder(["HF_HOME": "/b", "HOME": "/h"]) == "/b/hub")
    #expect(
      ModelReference.cacheFolder(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/huggingface/hub"
    )
    #expect(ModelReference.cacheFolder(["HOME": "/h"]) == "/h/.cache/huggingface/hub")
  }

  @Test func `a missing repository names the command that fetches it`() throws {
    let folder = try cache()
    let error = try #require(throws: InputError.self) {
      try ModelReference.resolve("org/other@v2", environment: ["HF_HUB_CACHE": folder.path])
    }
    #expect(error.exitCode == 66)
    #expect(error.hint == "hf download org/other --revision v2")
  }

  @Test(arguments: [
    "nowhere", "a/b/c", "../no-such-model", "org/..", "org/x@../../etc", "org/", "", "a b/c",
  ])
  func `what is neither directory nor repository is missing`(name: String) throws {
    let error = try #require(throws: InputError.self) {
      try ModelReference.resolve(name, environment: ["HF_HUB_CACHE": "/nowhere"])
    }
    #expect(error.exitCode == 66)
  }
}
