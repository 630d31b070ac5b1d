import RealignCitations
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct EffectiveConfigurationTests {
  @Test func `later sources win, in the documented order`() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("optimize:\n  beta: 1\n", to: "a.yaml")
    let second = try folder.write("optimize:\n  beta: 2\n", to: "b.yaml")
    let flag = FlagValue(key: "optimize.beta", flag: "--beta", text: "5")
    var sources = ConfigurationSources()
    func beta() throws -> Double {
      try EffectiveConfiguration.load(sources).values.optimize.preference.beta
    }
    #expect(try beta() == 0.1)
    sources.files = [first]
    #expect(try beta() == 1)
    sources.files = [first, second]
    #expect(try beta() == 2)
    sources.environment = ["REALIGN_OPTIMIZE_BETA": "3"]
    #expect(try beta() == 3)
    sources.assignments = ["optimize.beta=3.5", "optimize.beta=4"]
    #expect(try beta() == 4)
    sources.flags = [flag]
    #expect(try beta() == 5)
  }

  @Test func `every value remembers where it comes from`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("version: 1\nsft:\n  max_steps: 7\n", to: "config.yaml")
    let configuration = try EffectiveConfiguration.load(
      ConfigurationSources(
        files: [file],
        environment: ["REALIGN_SEED": "9", "PATH": "/bin"],
        assignments: ["cite.format=footnote"],
        flags: [FlagValue(key: "threads", flag: "--threads", text: "2")]
      )
    )
    #expect(configuration.origin(of: "sft.max_steps") == .file(file, line: 3))
    #expect(configuration.origin(of: "seed") == .environment("REALIGN_SEED"))
    #expect(configuration.origin(of: "cite.format") == .assignment("cite.format=footnote"))
    #expect(configuration.origin(of: "threads") == .flag("--threads"))
    #expect(configuration.origin(of: "cite.max_steps") == .defaults)
    #expect(configuration.isSetByUser("seed"))
    #expect(!configuration.isSetByUser("cite.max_steps"))
    #expect(configuration.values.seed == 9)
    #expect(configuration.values.cite.format == .footnote)
    #expect(configuration.values.threads == 2)
  }

  @Test func `a preset is named as the origin of what it changes, and of nothing else`() throws {
    var values = RunConfiguration()
    values.sft.trainer.maxSteps = 10
    let base = EffectiveConfiguration(values, preset: "atlas")
    let loaded = try EffectiveConfiguration.load(
      ConfigurationSources(assignments: ["seed=1"]),
      over: base
    )
    #expect(loaded.origin(of: "sft.max_steps") == .preset("atlas"))
    #expect(loaded.origin(of: "cite.max_steps") == .defaults)
    #expect(loaded.origin(of: "seed") == .assignment("seed=1"))
    #expect(loaded.values.sft.trainer.maxSteps == 10)
  }

  @Test func `lists come as YAML lists, as one word, or with commas`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "questions: q.jsonl\ndata:\n  claims: [a.jsonl, 'b, c.jsonl']\n",
      to: "config.yaml"
    )
    let values = try EffectiveConfiguration.load(
      ConfigurationSources(
        files: [file],
        assignments: ["optimize.loss_type=sigmoid, sft"],
        flags: [FlagValue(key: "optimize.loss_weights", flag: "--loss-weights", text: "1,0.2")]
      )
    ).values
    #expect(values.data.questions == ["q.jsonl"])
    #expect(values.data.claims == ["a.jsonl", "b, c.jsonl"])
    #expect(values.optimize.preference.lossType == ["sigmoid", "sft"])
    #expect(values.optimize.preference.lossWeights == [1, 0.2])
  }

  @Test func `a wrong value names source, key, value and what is accepted`() throws {
    func error(_ sources: ConfigurationSources) -> InputError? {
      #expect(throws: InputError.self) { try EffectiveConfiguration.load(sources) }
    }
    let variable = try #require(
      error(ConfigurationSources(environment: ["REALIGN_SFT_LORA_R": "many"]))
    )
    #expect(variable.exitCode == 78)
    #expect(variable.field == "sft.lora_r")
    #expect(variable.found == "many")
    #expect(variable.expected == "a whole number from 1 to 1024")
    #expect(variable.message.contains("REALIGN_SFT_LORA_R"))

    let assignment = try #require(error(ConfigurationSources(assignments: ["seed=-1"])))
    #expect(assignment.exitCode == 78)
    #expect(assignment.field == "seed")
    #expect(assignment.expected == "a whole number from 0")

    let flag = try #require(
      error(
        ConfigurationSources(
          flags: [FlagValue(key: "gates.mode", flag: "--gate-mode", text: "bount")])
      )
    )
    #expect(flag.exitCode == 64)
    #expect(flag.message.contains("--gate-mode"))
    #expect(flag.expected == "one of bound, point")
  }

  @Test func `an unknown key in --set names the nearest`() throws {
    let error = try #require(throws: InputError.self) {
      try EffectiveConfiguration.load(ConfigurationSources(assignments: ["optimise.beta=1"]))
    }
    #expect(error.exitCode == 78)
    #expect(error.hint == "the nearest known key is optimize.beta")
  }

  @Test(arguments: ["beta", "=1", ""])
  func `an assignment without key or equals sign is a usage error`(text: String) throws {
    let error = try #require(throws: InputError.self) {
      try EffectiveConfiguration.load(ConfigurationSources(assignments: [text]))
    }
    #expect(error.exitCode == 64)
    #expect(error.expected == "--set key=value")
  }

  @Test func `variables of ranks are no settings and nothing to warn of`() throws {
    let environment = ["REALIGN_DISTRIBUTED_INTERFACE": "eth0", "REALIGN_DISTRIBUTED_SILENCE": "9"]
    let loaded = try EffectiveConfiguration.load(ConfigurationSources(environment: environment))
    #expect(loaded.warnings == [])
  }

  @Test(arguments: ["REALIGN_SEDE", "REALIGN_OPTIMIZE_BATA", "REALIGN_DATA_NOTHING_LIKE_IT"])
  func `a mistyped variable is refused`(name: String) throws {
    let error = try #require(throws: InputError.self) {
      try EffectiveConfiguration.load(ConfigurationSources(environment: [name: "1"]))
    }
    #expect(error.exitCode == 78)
    #expect(error.field == name)
    #expect(error.hint != nil)
  }

  @Test func `a variable of another purpose is ignored with a warning`() throws {
    let configuration = try EffectiveConfiguration.load(
      ConfigurationSources(environment: ["REALIGN_BINARY_UNDER_TEST": "/x", "HOME": "/y"])
    )
    #expect(configuration.values == RunConfiguration())
    #expect(configuration.warnings.count == 1)
    #expect(configuration.warnings.first?.contains("REALIGN_BINARY_UNDER_TEST") == true)
  }

  @Test func `code can change a value and say why`() throws {
    var configuration = EffectiveConfiguration()
    try configuration.set("optimize.beta", "0.15", origin: .preset("round 2"))
    #expect(configuration.values.optimize.preference.beta == 0.15)
    #expect(configuration.origin(of: "optimize.beta") == .preset("round 2"))
  }
}
