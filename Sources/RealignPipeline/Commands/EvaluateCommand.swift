import Foundation
import RealignData
import RealignEvaluation
import RealignKnowledge
import RealignModels
import RealignText

/// `realign evaluate`: metrics, intervals, gates and the paired comparison for any model.
public enum EvaluateCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Where settings come from.
    public var sources: ConfigurationSources
    /// Model directory or name.
    public var model: String
    /// Adapter directory.
    public var adapter: String?
    /// Model to compare with, item by item.
    public var baseline: String?
    /// Knowledge base that the passages are retrieved from.
    public var knowledge: String?
    /// JSON Lines files: questions, or prompt-completion rows of a capability.
    public var suites: [String]
    /// Directory of the result.
    public var output: String?

    /// Creates options.
    public init(
      sources: ConfigurationSources,
      model: String,
      adapter: String?,
      baseline: String?,
      knowledge: String?,
      suites: [String],
      output: String?
    ) {
      self.sources = sources
      self.model = model
      self.adapter = adapter
      self.baseline = baseline
      self.knowledge = knowledge
      self.suites = suites
      self.output = output
    }
  }

  /// Measures and decides; `.notPassed` when a gate that could be measured is not passed.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    let configuration = try EffectiveConfiguration.load(options.sources).values
    context.configureThreads()
    let suites = try Suites(options, configuration: configuration)
    func framed(_ text: TextModel) throws -> TextModel {
      configuration.useChatTemplate ? try text.framed() : text
    }
    let text = try framed(
      ModelReference.load(options.model, adapter: options.adapter, context: context)
    )
    let measured = try suites.measure(text, configuration, context)
    var metrics = measured.questions?.dictionary ?? [:]
    var comparison: JSONValue = .null
    if let name = options.baseline {
      let baseline = try framed(ModelReference.load(name, adapter: nil, context: context))
      let before = try suites.measure(baseline, configuration, context)
      let retention = NonInferiority(
        CapabilityMeter(suites: suites.capabilities, batchSize: configuration.evaluate.batchSize)
          .paired(baseline: before.capability, final: measured.capability),
        bootstrap: ClusterBootstrap(
          seed: configuration.seed,
          name: "retention",
          resamples: configuration.evaluate.bootstrapResamples
        )
      )
      metrics["capability_retention"] = MetricValue.retention(retention)
      metrics["capability_worst"] = MetricValue.worstRetention(retention)
      comparison = Self.comparison(before.questions, measured.questions)
    }
    for (suite, results) in zip(suites.capabilities, measured.capability) {
      metrics["capability/" + suite.name] = .rate(
        successes: results.count { $0 },
        of: max(1, results.count)
      )
    }
    let gates = Gates.final(configuration.gates.profile)
      .filter { metrics[$0.name] != nil }
      .map { $0.decide(metrics[$0.name], mode: configuration.gates.mode) }
    let blocked = gates.contains(where: \.blocks)
    let result: JSONValue = [
      "metrics": .object(
        JSONObject(pairs: metrics.keys.sorted().map { ($0, metrics[$0]?.json ?? .null) })
      ),
      "gates": .array(gates.map(\.json)),
      "decision": .string(blocked || gates.isEmpty ? "REJECT" : "DEPLOY"),
      "comparison": comparison,
    ]
    if let output = options.output {
      try AtomicFile.write(
        result.serialized(pretty: true) + "\n",
        to: output + "/evaluation.json"
      )
    }
    if context.isJSON {
      try context.output.row(result)
    } else {
      try context.output.text(GateTable.text(gates))
    }
    return blocked ? .notPassed : .passed
  }

  private static func comparison(_ before: Measurement?, _ after: Measurement?) -> JSONValue {
    guard let before, let after else { return .null }
    let test = McNemar(
      before: before.hallucinated.map { !$0 },
      after: after.hallucinated.map { !$0 }
    )
    return [
      "fixed": .integer(test.fixed), "broken": .integer(test.broken),
      "p_value": .number(test.pValue),
      "baseline": before.json,
    ]
  }

  /// The test items, read and checked before any model is.
  private struct Suites {
    var prompts: [GroundedQuestion] = []
    var capabilities: [CapabilitySuite] = []

    init(_ options: Options, configuration: RunConfiguration) throws {
      let store = try options.knowledge.map { try KnowledgeStore(open: $0) }
      for file in options.suites {
        guard let first = try JSONLines.read(file).first?.value else {
          throw InputError(.badData, "a suite without items", file: file)
        }
        guard first["question"] != nil else {
          capabilities += try UserData.suites([file])
          continue
        }
        guard let store else {
          throw InputError(
            .usage,
            "questions need a knowledge base to retrieve passages from",
            file: file,
            field: "knowledge",
            hint: "realign knowledge build SOURCE --output KB.sqlite"
          )
        }
        let most = configuration.collect.passagesPerQuestion
        prompts += try PromptBuilder(store: store, counts: min(2, most)...most, seed: 0)
          .prompts(try QuestionRow.read(file).map(Question.init(row:)))
      }
    }

    func measure(
      _ text: TextModel,
      _ configuration: RunConfiguration,
      _ context: CommandContext
    ) throws -> (questions: Measurement?, capability: [[Bool]]) {
      let settings = configuration.evaluate
      let responder = Responder(
        text: text,
        maximumNewTokens: settings.maxNewTokens,
        batchSize: settings.batchSize
      )
      context.progress.begin("questions", total: prompts.count, unit: "prompts")
      let answers = try responder.answer(prompts) { context.progress.update($0, "") }
      context.progress.end(nil)
      let meter = CapabilityMeter(suites: capabilities, batchSize: settings.batchSize)
      return (prompts.isEmpty ? nil : Measurement(answers), try meter.measure(text))
    }
  }
}
