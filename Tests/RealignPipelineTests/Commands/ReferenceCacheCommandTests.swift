import Foundation
import RealignModels
import RealignNumerics
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@Suite("dpo with a cache of its reference")
struct ReferenceCacheCommandTests {
  /// Trains with a cache in the fixtures' folder; returns the summary.
  private func train(
    _ fixtures: CommandFixtures,
    _ output: String,
    _ flags: [(String, String)] = []
  ) throws -> JSONValue {
    let options = fixtures.trainer(
      "optimize",
      data: [try fixtures.rows(TrainerCommandTests.pairs)],
      output: output,
      TrainerCommandTests.fast + flags
    )
    let collected = CollectedOutput()
    let context = CommandContext(
      output: collected,
      isJSON: true,
      environment: ["XDG_CACHE_HOME": fixtures.folder.path + "/cache"]
    )
    try DPOCommand.run(options, context: context)
    return try #require(collected.rows.first)
  }

  private func adapter(_ fixtures: CommandFixtures, _ output: String) throws -> [Float] {
    try AdapterDirectory.load(
      fixtures.folder.path + "/" + output,
      for: try ModelDirectory.loadConfiguration(fixtures.model)
    ).parameters.values
  }

  @Test("a second run reads what the first computed, with the same result")
  func reused() throws {
    let fixtures = try CommandFixtures()
    let first = try train(fixtures, "first")
    #expect(first["reference_from_cache"]?.boolValue == false)
    let folder = fixtures.folder.path + "/cache/realign/reference"
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    // Another loss and another rate ask the reference nothing new.
    let second = try train(fixtures, "second")
    let third = try train(fixtures, "third", [("loss_type", "ipo"), ("beta", "0.5")])
    for summary in [second, third] {
      #expect(summary["reference_from_cache"]?.boolValue == true)
    }
    #expect(try adapter(fixtures, "first") == adapter(fixtures, "second"))
    #expect(try adapter(fixtures, "first") != adapter(fixtures, "third"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
  }

  @Test("switched off, nothing is read or written")
  func off() throws {
    let fixtures = try CommandFixtures()
    for output in ["first", "second"] {
      let summary = try train(fixtures, output, [("reference_cache", "false")])
      #expect(summary["reference_from_cache"]?.boolValue == false)
    }
    #expect(!FileManager.default.fileExists(atPath: fixtures.folder.path + "/cache"))
  }

  @Test("weights rounded to half precision are another reference")
  func rounded() throws {
    let fixtures = try CommandFixtures()
    _ = try train(fixtures, "first")
    let half = try train(fixtures, "second", [("base_dtype", "bf16")])
    #expect(half["reference_from_cache"]?.boolValue == false)
  }
}
