import RealignEvaluation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite struct ConfigurationFileTests {
  private func load(_ text: String) throws -> RunConfiguration {
    let folder = try TemporaryFolder()
    return try EffectiveConfiguration.load(
      ConfigurationSources(files: [folder.write(text, to: "config.yaml")])
    ).values
  }

  private func error(_ text: String) throws -> InputError {
    try #require(throws: InputError.self) { try load(text) }
  }

  @Test func `groups, dotted keys, kebab case and aliases reach the same settings`() throws {
    #expect(try load("optimize:\n  learning_rate: 3e-5\n").optimize.trainer.learningRate == 3e-5)
    #expect(try load("optimize.learning-rate: 3e-5\n").optimize.trainer.learningRate == 3e-5)
    #expect(try load("knowledge: docs\n").data.knowledge == ["docs"])
    #expect(try load("data:\n  knowledge:\n    - docs\n").data.knowledge == ["docs"])
    #expect(try load("gate_mode: point\n").gates.mode == .point)
  }

  @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "sft:\n", "sft: {}\n", "version: 1"])
  func `a file that sets nothing leaves the defaults`(text: String) throws {
    #expect(try load(text) == RunConfiguration())
  }

  @Test func `words that YAML 1.1 takes for booleans stay words where a text is wanted`() throws {
    #expect(try load("model: no\n").model == "no")
    #expect(try load("sft: {skip: yes}\n").sft.skip)
    #expect(try load("model: null\n").model == nil)
    #expect(try load("model: 'null'\n").model == nil)
  }

  @Test func `an unknown key names file, line and the nearest key`() throws {
    let error = try error("version: 1\nsft:\n  lerning_rate: 1\n")
    #expect(error.kind == .badConfiguration)
    #expect(error.file?.hasSuffix("config.yaml") == true)
    #expect(error.line == 3)
    #expect(error.field == "sft.lerning_rate")
    #expect(error.hint == "the nearest known key is sft.learning_rate")
  }

  @Test func `a hyper-parameter without its group finds the group`() throws {
    #expect(try error("learning_rate: 1\n").hint?.hasSuffix(".learning_rate") == true)
  }

  @Test func `a wrong type names line, value and what is accepted`() throws {
    let word = try error("seed: 1\nsft:\n  # rank\n  lora_r: big\n")
    #expect(word.line == 4)
    #expect(word.field == "sft.lora_r")
    #expect(word.found == "big")
    #expect(word.expected == "a whole number from 1 to 1024")
    let list = try error("seed: [1, 2]\n")
    #expect(list.line == 1)
    #expect(list.found == "[1, 2]")
    let mapping = try error("\nseed:\n  a: 1\n")
    #expect(mapping.found == "a mapping of 1")
    #expect(mapping.field == "seed")
    let nested = try error("questions: [[a]]\n")
    #expect(nested.field == "data.questions")
    #expect(try error("optimize: 3\n").expected == "a mapping")
    #expect(try error("optimize: [3]\n").found == "a list of 1")
  }

  @Test(arguments: ["1e309", "nan", "inf", "0x10", "1_000", "-1", "", "1,5"])
  func `what is no learning rate is refused`(text: String) throws {
    #expect(try error("sft: {learning_rate: \"\(text)\"}\n").field == "sft.learning_rate")
  }

  @Test func `a range is checked with the line`() throws {
    let error = try error("collect:\n  dev_fraction: 1\n")
    #expect(error.line == 2)
    #expect(error.expected == "a finite number from 0 to below 1")
  }

  @Test func `another version is refused`() throws {
    let error = try error("version: 2\n")
    #expect(error.field == "version")
    #expect(error.expected == "a whole number from 1 to 1")
  }

  @Test(arguments: [
    "seed: 1\nseed: 2\n", "seed: 1\ngates: {mode: point}\ngate_mode: bound\n",
    "sft: {max_steps: 1}\nsft.max_steps: 2\n", "sft: {max_steps: 1, max-steps: 2}\n",
    "sft: {max_steps: 1}\nsft: {max_length: 9}\n",
  ])
  func `a key given twice is refused, however it is written`(text: String) throws {
    let error = try error(text)
    #expect(error.kind == .badConfiguration)
    #expect(error.message == "a key occurs twice")
    #expect(error.line != nil)
  }

  @Test func `broken YAML names line and column`() throws {
    let error = try error("sft:\n  max_steps: [1\nseed: 2\n")
    #expect(error.kind == .badConfiguration)
    #expect(error.line != nil)
    #expect(error.column != nil)
    #expect(error.message.hasPrefix("not valid YAML"))
  }

  @Test(arguments: [
    "- a\n- b\n", "just words\n", "\tseed: 1\n", "seed: 1\n---\nseed: 2\n", "? [a]\n: 1\n",
    "seed: !!python/object:os.system 1\n", "<<: {seed: 1}\n", "seed: *nowhere\n", "%%%\n",
    "seed: \u{0}\n", "sft: {max_steps}\n",
  ])
  func `what is no mapping of settings is refused`(text: String) throws {
    #expect(try error(text).kind == .badConfiguration)
  }

  @Test func `an alias bomb is refused before it unfolds`() throws {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, before) in zip("bcdefghi", "abcdefgh") {
      let items = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
      text += "\(name): &\(name) [\(items)]\n"
    }
    let error = try error(text)
    #expect(error.message == "too many aliases")
    #expect(error.line == 3)
  }

  @Test func `a few aliases are fine`() throws {
    let values = try load("sft: &t {max_steps: 3}\ncite: *t\n")
    #expect(values.sft.trainer.maxSteps == 3)
    #expect(values.cite.trainer.maxSteps == 3)
  }

  @Test func `deep nesting in brackets and in blocks is refused`() throws {
    let brackets = String(repeating: "[", count: 100_000)
    #expect(try error("seed: " + brackets).message == "nested too deeply")
    let blocks = String(repeating: "- ", count: 100_000)
    #expect(try error("seed:\n  " + blocks + "x\n").kind == .badConfiguration)
  }

  @Test func `size and encoding are checked`() throws {
    let comment = "# " + String(repeating: "x", count: 1 << 20)
    #expect(try error(comment).message == "the file is too large")
    let folder = try TemporaryFolder()
    let path = try folder.write([0x6D, 0x3A, 0x20, 0xE9, 0x0A], to: "latin.yaml")
    let encoding = try #require(throws: InputError.self) {
      try EffectiveConfiguration.load(ConfigurationSources(files: [path]))
    }
    #expect(encoding.message == "the file is not UTF-8")
  }

  @Test func `an absent file is a missing input`() throws {
    let error = try #require(throws: InputError.self) {
      try EffectiveConfiguration.load(ConfigurationSources(files: ["/nowhere/x.yaml"]))
    }
    #expect(error.exitCode == 66)
    #expect(error.file == "/nowhere/x.yaml")
  }
}
