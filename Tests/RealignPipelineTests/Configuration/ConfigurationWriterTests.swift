import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct ConfigurationWriterTests {
  @Test func `the template reads back as the defaults`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(RunConfiguration().template(), to: "config.yaml")
    let loaded = try EffectiveConfiguration.load(ConfigurationSources(files: [file]))
    #expect(loaded.values == RunConfiguration())
  }

  @Test func `the written configuration reads back to the same values`() throws {
    let folder = try TemporaryFolder()
    let hostile = [
      "no", "1.0", "null", "~", "a: b", "# c", "- d", "\"e\"", "f\\g", "line\nbreak", "tab\t",
      "é ü 漢", "{x}", "[y]", "*z", "&w", "!v", "%u", "@t", "`s`", " r ", "", "a'b", "\u{1}\u{85}",
      "\u{2028}", "a\u{FEFF}b", "true",
    ]
    let configuration = try EffectiveConfiguration.load(
      ConfigurationSources(
        assignments: [
          "seed=18446744073709551615", "model=no", "optimize.learning_rate=1.25e-7",
          "optimize.loss_weights=0.1,1e-9",
        ])
    )
    var values = configuration.values
    values.data.knowledge = hostile
    let file = try folder.write(
      EffectiveConfiguration(values, preset: "x\ny: 1").yaml(),
      to: "config.yaml"
    )
    let loaded = try EffectiveConfiguration.load(ConfigurationSources(files: [file]))
    #expect(loaded.values == values)
    #expect(loaded.values.data.knowledge == hostile)
  }

  @Test func `each line of the effective configuration carries its origin`() throws {
    let configuration = try EffectiveConfiguration.load(
      ConfigurationSources(assignments: ["sft.max_steps=5"])
    )
    let text = configuration.yaml()
    #expect(text.contains("  max_steps: 5  # --set sft.max_steps=5\n"))
    #expect(text.contains("seed: 42  # default\n"))
    #expect(text.contains("\nsft:\n  skip: false  # default\n"))
  }

  @Test func `the text for digests holds values only, of the groups asked for`() throws {
    let plain = EffectiveConfiguration()
    let set = try EffectiveConfiguration.load(ConfigurationSources(assignments: ["seed=42"]))
    #expect(plain.canonicalText == set.canonicalText)
    let groups = plain.canonicalText(groups: ["seed", "cite"])
    #expect(groups.hasPrefix("seed = 42\ncite.format = inline\n"))
    #expect(!groups.contains("sft."))
  }

  @Test func `the text for digests leaves out what no result depends on`() {
    let text = EffectiveConfiguration().canonicalText(groups: ["optimize"])
    #expect(text.contains("optimize.beta = 0.1\n"))
    #expect(!text.contains("reference_cache"))
  }
}
