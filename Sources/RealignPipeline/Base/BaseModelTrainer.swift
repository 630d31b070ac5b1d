import Foundation
import RealignModels
import RealignNumerics
import RealignText
import RealignTraining

/// Trains the bundled base model: tokenizer, then a decoder on an endless stream of Atlas rows.
public struct BaseModelTrainer {
  /// Sizes and schedule.
  public var recipe = BaseModelRecipe()
  /// Seed of weights and rows.
  public var seed: UInt64
  /// Where checkpoints are kept while training.
  public var workingDirectory: String?
  /// Receives updates and log lines.
  public var onEvent: (TrainingEvent) -> Void = { _ in }
  /// Asked after every update; true stops with a checkpoint.
  public var shouldStop: () -> Bool = { false }

  /// Creates a trainer.
  public init(seed: UInt64) { self.seed = seed }

  /// Trains and returns the model.
  public func train(corpus: AtlasCorpus) throws -> TextModel {
    let end = "<|endoftext|>"
    let tokenizer = BytePairTrainer(
      vocabularySize: recipe.vocabularySize,
      specialTokens: [end],
      addedTokens: AtlasCorpus.markers
    ).train(corpus.tokenizerTexts(rows: recipe.tokenizerRows))
    var configuration = recipe.configuration
    configuration.vocabularySize = tokenizer.vocabularySize
    configuration.endOfText = [tokenizer.id(of: end) ?? 0]
    let text = TextModel(
      model: LanguageModel(randomlyInitialized: configuration, seed: seed),
      tokenizer: tokenizer
    )
    var loop = TrainingLoop(settings: recipe.trainer)
    loop.settings.seed = seed
    loop.directory = workingDirectory
    loop.resumes = workingDirectory != nil
    loop.digest = "\(recipe) \(seed)"
    loop.onEvent = onEvent
    loop.shouldStop = shouldStop
    // Held-out loss is a progress figure here; the last state is the model.
    loop.judge = { step, _, _ in StepVerdict(score: Double(step)) }
    _ = try loop.run(
      CorpusStream(text: text, corpus: corpus, recipe: recipe),
      model: text.model
    )
    return text
  }
}

/// Atlas rows as a training objective; row i is made when it is needed.
struct CorpusStream: TrainingObjective {
  let text: TextModel
  let corpus: AtlasCorpus
  let recipe: BaseModelRecipe

  var rowCount: Int { recipe.steps * recipe.batchSize }

  func normalizer(_ rows: [Int]) -> Double { Double(max(1, rows.count)) }

  func accumulate(
    _ rows: [Int],
    normalizer: Double,
    in context: StepContext
  ) throws -> MetricSums {
    let sequences = rows.map { index in
      sequence(corpus.baseRow(index, step: index / recipe.batchSize))
    }
    let objective = SupervisedObjective(rows: sequences)
    let all = Array(sequences.indices)
    // One micro-batch per update, so the window's weight is the micro-batch's.
    return try objective.accumulate(
      all,
      normalizer: objective.normalizer(all),
      in: context
    )
  }

  func evaluate(
    _ model: LanguageModel,
    over group: any ProcessGroup
  ) throws -> MetricSums {
    let rows = (0..<256).map { sequence(corpus.baseRow(2_000_000_000 + $0, step: .max)) }
    return try SupervisedObjective(rows: [], heldOut: rows).evaluate(model, over: group)
  }

  /// Tokens of a row; each completion token takes the weight of the span it starts in.
  func sequence(_ row: AtlasRow) -> TokenSequence {
    text.sequence(prompt: row.prompt, completion: row.completion) { token in
      Float(row.weightSpans.last { $0.range.lowerBound <= token.lowerBound }?.weight ?? 1)
    }
  }
}
