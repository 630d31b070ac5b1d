import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

/// What holds for every family, whatever it is made of.
@Suite("Every family keeps the decoder's contract")
struct ArchitectureContractTests {
  /// Long enough to leave every window, with a shared prompt.
  static let batch: PackedBatch = {
    var batch = PackedBatch()
    batch.append(TokenSequence(ids: Family.tokens(13, seed: 1), completionStart: 2))
    batch.append(
      prompt: Family.tokens(9, seed: 2),
      completions: [Family.tokens(4, seed: 3), Family.tokens(8, seed: 4)]
    )
    return batch
  }()

  @Test("gradients of all weights are slopes", arguments: Family.names)
  func weights(name: String) throws {
    GradientTests.check(try Family(name).model, batch: Self.batch)
  }

  @Test("gradients of adapters on every projection are slopes", arguments: Family.names)
  func adapters(name: String) throws {
    var model = try Family(name).model
    let adapter = Fixtures.adapter(for: model)
    let projections = Set(adapter.layout.entries.map { $0.name.split(separator: ".").dropLast(2) })
    let perBlock = model.configuration.modelType == "gpt2" ? 4 : 7
    #expect(projections.count == perBlock * model.configuration.layerCount)
    model.adapter = adapter
    GradientTests.check(model, batch: Self.batch)
  }

  @Test("a merged adapter computes what the adapter computed", arguments: Family.names)
  func merged(name: String) throws {
    var model = try Family(name).model
    model.adapter = Fixtures.adapter(for: model)
    let sequence = TokenSequence(ids: Family.tokens(20, seed: 5), completionStart: 1)
    let adapted = model.score([sequence])[0].logProbabilities
    let merged = model.merged().score([sequence])[0].logProbabilities
    for (a, b) in zip(adapted, merged) { #expect(abs(a - b) < 1e-4) }
  }

  @Test("an adapter directory is read back bit for bit", arguments: Family.names)
  func adapterDirectory(name: String) throws {
    let model = try Family(name).model
    let adapter = Fixtures.adapter(for: model)
    let folder = try TemporaryFolder()
    try AdapterDirectory.save(adapter, baseModel: "base", to: folder.path)
    let copy = try AdapterDirectory.load(folder.path, for: model.configuration)
    #expect(copy.configuration == adapter.configuration)
    #expect(copy.parameters.values == adapter.parameters.values)
  }

  @Test("a model directory is read back bit for bit", arguments: Family.names)
  func directory(name: String) throws {
    let model = try Family(name).model
    let folder = try TemporaryFolder()
    try ModelDirectory.save(model, to: folder.path)
    let copy = try ModelDirectory.load(folder.path)
    #expect(copy.configuration == model.configuration)
    #expect(copy.parameters.values == model.parameters.values)
  }

  /// Other tiles and other sums of the same scores: float rounding only.
  @Test("completions of a shared prompt score as if it were their own", arguments: Family.names)
  func sharedPrompt(name: String) throws {
    let model = try Family(name).model
    let prompt = Family.tokens(11, seed: 6)
    let completions = [1, 5, 12].map { Family.tokens($0, seed: UInt64($0)) }
    let shared = model.score(prompts: [prompt], candidates: [completions])[0]
    for (completion, score) in zip(completions, shared) {
      let alone = model.score([
        TokenSequence(ids: prompt + completion, completionStart: prompt.count)
      ])[0]
      for (a, b) in zip(score.logProbabilities, alone.logProbabilities) {
        #expect(abs(a - b) < 2e-5)
      }
    }
  }

  @Test("decoding with the cache equals recomputing every prefix", arguments: Family.names)
  func cached(name: String) throws {
    let model = try Family(name).model
    let prompts = [1, 4, 17].map { Family.tokens($0, seed: UInt64($0)) }
    let results = try Generator(
      model: model,
      options: GenerationOptions(maximumNewTokens: 9, temperature: 1, seed: 3)
    ).generate(prompts)
    for (prompt, result) in zip(prompts, results) {
      let score = model.score([
        TokenSequence(ids: prompt + result.ids, completionStart: prompt.count)
      ])[0]
      for (a, b) in zip(score.logProbabilities, result.logProbabilities) {
        #expect(abs(a - b) < 1e-4)
      }
    }
  }

  @Test("fresh weights leave norms as the identity and biases at zero", arguments: Family.names)
  func fresh(name: String) throws {
    let configuration = try Family(name).model.configuration
    let model = LanguageModel(randomlyInitialized: configuration, seed: 1)
    for entry in model.layout.entries where entry.isVector {
      let rests = !configuration.modelType.hasPrefix("gemma") && entry.name.hasSuffix(".weight")
      let values = model.parameters.slice(entry.range).values
      #expect(values.allSatisfy { $0 == (rests ? 1 : 0) }, "\(entry.name)")
    }
    let sequence = TokenSequence(ids: Family.tokens(12, seed: 7), completionStart: 1)
    let scores = model.score([sequence])[0].logProbabilities
    #expect(scores.allSatisfy { $0.isFinite })
  }
}
