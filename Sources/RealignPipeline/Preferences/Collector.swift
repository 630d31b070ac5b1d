import RealignData
import RealignDetection
import RealignEvaluation
import RealignKnowledge
import RealignModels

/// Collects claims and preference pairs, prompt by prompt: what one prompt gives does not depend on
/// the others.
struct Collector {
  let builder: PairBuilder
  let settings: CollectStageSettings
  let seed: UInt64

  private var verifier: ClaimVerifier { builder.verifier }
  private var corruptor: Corruptor { builder.corruptor }

  init(
    verifier: ClaimVerifier,
    corruptor: Corruptor,
    settings: CollectStageSettings,
    seed: UInt64
  ) {
    builder = PairBuilder(verifier: verifier, corruptor: corruptor)
    self.settings = settings
    self.seed = seed
  }

  /// The gold statement as a factual claim and every verified corruption as an unfactual one.
  func claims(_ prompt: GroundedQuestion) -> [ClaimRow] {
    guard let gold = prompt.gold.first else { return [] }
    let passage = prompt.passages[gold - 1]
    var rows = [
      ClaimRow(
        claim: prompt.question.statement,
        source: passage.text,
        factual: true,
        citation: passage.documentID,
        id: prompt.question.id,
        group: prompt.question.group
      )
    ]
    for corruption in corruptor.corruptions(prompt) {
      let wrong = Responder.judged(prompt, text: corruption.response)
      guard let statement = wrong.parsed.statements.first,
        statement.text != prompt.question.statement,
        verifier.verify(statement.text, passages: prompt.passages.map(\.text)).verdict
          != .supported
      else { continue }
      rows.append(
        ClaimRow(
          claim: statement.text,
          source: nil,
          factual: false,
          citation: nil,
          id: prompt.question.id + "/" + corruption.kind.rawValue,
          group: prompt.question.group
        )
      )
    }
    return rows
  }

  /// The pair of a typed corruption, if its falsehood is verified; kinds take turns.
  ///
  /// - Parameter number: Number of the prompt among all.
  func corruptionPair(_ prompt: GroundedQuestion, number: Int) -> Pair? {
    let options = corruptor.corruptions(prompt)
    guard !options.isEmpty else { return nil }
    return builder.pair(prompt, corruption: options[number % options.count])
  }

  /// A pair from the model's own samples for each prompt; nil where they give none.
  ///
  /// - Parameter firstNumber: Number of the first prompt among all; names the draws.
  func samplePairs(
    _ prompts: [GroundedQuestion],
    responder: Responder,
    firstNumber: Int = 0,
    progress: (Int) -> Void
  ) throws -> [Pair?] {
    let samples = try responder.sample(
      prompts,
      count: settings.samplesPerQuestion,
      temperature: settings.temperature,
      topP: settings.topP,
      seed: seed,
      firstPrompt: firstNumber,
      progress: progress
    )
    return samples.map(builder.pair(samples:))
  }

  /// How many citations the chosen response of a pair has, and how many of them are right.
  func citations(_ pair: Pair) -> (right: Int, count: Int) {
    var right = 0
    var count = 0
    for statement in Responder.judged(pair.prompt, text: pair.chosen).parsed.statements {
      for number in statement.citations {
        count += 1
        guard (1...pair.prompt.passages.count).contains(number) else { continue }
        let passage = pair.prompt.passages[number - 1].text
        if verifier.verify(statement.text, passages: [passage]).verdict == .supported {
          right += 1
        }
      }
    }
    return (right, count)
  }

  /// Equal numbers of every class within a limit, in a fixed order; 0 is no limit.
  ///
  /// - Parameter name: The class of a pair.
  static func balanced<Row>(
    _ pairs: [Row],
    limit: Int,
    seed: UInt64,
    class name: (Row) -> String
  ) -> [Row] {
    guard limit > 0, pairs.count > limit else { return pairs }
    let byClass = Dictionary(grouping: pairs, by: name)
    var result: [Row] = []
    var queues = byClass.keys.sorted().map { key in
      TrainingRows.draw(
        byClass[key] ?? [],
        count: byClass[key]?.count ?? 0,
        seed: seed,
        name: "pairs/" + key
      )[...]
    }
    while result.count < limit, queues.contains(where: { !$0.isEmpty }) {
      for index in queues.indices where result.count < limit {
        if let pair = queues[index].popFirst() { result.append(pair) }
      }
    }
    return result
  }
}
