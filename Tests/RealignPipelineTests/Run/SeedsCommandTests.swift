import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct SeedsCommandTests {
  private func gates(_ estimate: Double, _ verdict: String) -> String {
    """
    [{"name":"kl_per_token","operator":"<=","threshold":0.1,"estimate":0.5,"verdict":"FAIL",\
    "stage":"optimize"},\
    {"name":"kl_per_token","operator":"<=","threshold":0.1,"estimate":\(estimate),\
    "verdict":"\(verdict)","stage":"evaluate"}]
    """
  }

  @Test func `each seed is a run and the last decision of each gate is shown`() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    let outcome = try SeedsCommand.run(
      SeedsCommand.Options(
        sources: ConfigurationSources(),
        seeds: [5, 6],
        directory: folder.path,
        existing: .replace
      ),
      context: CommandContext(output: output)
    ) { options, context in
      let seed = try EffectiveConfiguration.load(options.sources).values.seed
      let isFirst = seed == 5
      #expect(context.seed == seed)
      #expect(options.runDirectory == folder.path + "/atlas-\(seed)")
      try folder.write(
        gates(isFirst ? 0.05 : 0.25, isFirst ? "PASS" : "FAIL"),
        to: "atlas-\(seed)/gates.json"
      )
      return isFirst ? .passed : .notPassed
    }
    #expect(outcome == .notPassed)
    #expect(
      output.lines == [
        "gate          rule       seed 5       seed 6",
        "kl_per_token  <= 0.1000  0.0500 PASS  0.2500 FAIL",
      ]
    )
  }
}
