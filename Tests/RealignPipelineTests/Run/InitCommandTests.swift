import Foundation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct InitCommandTests {
  @Test func `the templates are valid and nothing is overwritten`() throws {
    let folder = try TemporaryFolder()
    let mine = try folder.write("mine", to: "CHECKLIST.md")
    let output = CollectedOutput()
    try InitCommand.run(
      InitCommand.Options(directory: folder.path),
      context: CommandContext(output: output, isJSON: true)
    )
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
    #expect(output.rows.first?["files"]?.arrayValue?.count == InitCommand.files.count - 1)
    let configuration = try EffectiveConfiguration.load(
      ConfigurationSources(files: [folder.path + "/config.yaml"])
    )
    #expect(configuration.values == RunConfiguration())
    for (name, _) in InitCommand.files where name.hasSuffix(".jsonl") {
      #expect(try JSONLines.read(folder.path + "/" + name).count == 1, "\(name)")
    }
  }
}
