import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Report command")
struct ReportCommandTests {
  @Test("it writes the report again and brings the manifest up to date")
  func again() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    _ = try SyntheticRun(at: path)
    try folder.write(
      "{\"seeds\": {\"run\": \"42\"}, \"outputs\": []}",
      to: "run/manifest.json"
    )
    let output = CollectedOutput()
    try ReportCommand.run(
      ReportCommand.Options(run: path),
      context: CommandContext(output: output, isJSON: true)
    )
    #expect(output.rows.first?["decision"] == "DEPLOY")
    let manifest = try JSONValue.parse(try InputFile.text(path + "/manifest.json"))
    #expect(manifest["seeds"]?["run"] == "42")
    let names = manifest["outputs"]?.arrayValue?.compactMap { $0["path"]?.stringValue } ?? []
    #expect(names.contains("report.html"))
    #expect(names.contains("README.md"))
    #expect(!names.contains("manifest.json"))
  }

  @Test("a directory without a run is refused and nothing is written into it")
  func noRun() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: InputError.self) {
      try ReportCommand.run(
        ReportCommand.Options(run: folder.path),
        context: CommandContext(output: CollectedOutput())
      )
    }
    #expect(error?.kind == .missingInput)
    #expect(try folder.names.isEmpty)
  }
}
