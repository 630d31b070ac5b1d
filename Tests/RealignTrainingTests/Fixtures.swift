import Foundation
import RealignModels
import RealignNumerics
import RealignText
import RealignTraining
import Testing

/// Reference values made by `Goldens/make_trl_dpo.py`, and small random material.
enum Fixtures {
  static let goldens = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Goldens").path

  /// The pair fixture whose values were computed in float64 from the published formulas.
  static let pairs: [PairLogProbabilities] = {
    let policyChosen = [-42.5, -30, -61.25, -18]
    let policyRejected = [-47, -28.5, -70, -25.5]
    let referenceChosen = [-44, -29, -60, -18.5]
    let referenceRejected = [-45, -29.5, -66, -24]
    let chosenLength = [20, 12, 30, 9]
    let rejectedLength = [24, 11, 35, 14]
    return (0..<4).map {
      PairLogProbabilities(
        policyChosen: policyChosen[$0],
        policyRejected: policyRejected[$0],
        referenceChosen: referenceChosen[$0],
        referenceRejected: referenceRejected[$0],
        chosenLength: chosenLength[$0],
        rejectedLength: rejectedLength[$0]
      )
    }
  }()

  static func model(seed: UInt64 = 3) -> LanguageModel {
    var c = ModelConfiguration(
      vocabularySize: 23,
      hiddenSize: 16,
      intermediateSize: 24,
      layerCount: 2,
      headCount: 4,
      keyValueHeadCount: 2,
      headDimension: 4,
      maximumPositions: 64
    )
    c.initializerRange = 0.2
    return LanguageModel(randomlyInitialized: c, seed: seed)
  }

  static func rows(_ count: Int, seed: UInt64 = 1) -> [TokenSequence] {
    var stream = RandomStream(seed: seed, name: "rows")
    return (0..<count).map { _ in
      let length = 3 + stream.uniform(below: 8)
      return TokenSequence(
        ids: (0..<length).map { _ in Int32(stream.uniform(below: 23)) },
        completionStart: 1 + stream.uniform(below: 2)
      )
    }
  }

  static func preferences(_ count: Int, seed: UInt64 = 2) -> [PreferenceExample] {
    var stream = RandomStream(seed: seed, name: "preferences")
    func tokens(_ length: Int) -> [Int32] {
      (0..<length).map { _ in Int32(stream.uniform(below: 23)) }
    }
    return (0..<count).map { _ in
      PreferenceExample(
        prompt: tokens(2 + stream.uniform(below: 5)),
        chosen: tokens(1 + stream.uniform(below: 4)),
        rejected: tokens(1 + stream.uniform(below: 4))
      )
    }
  }

  static func unpaired(_ count: Int, seed: UInt64 = 6) -> [UnpairedExample] {
    preferences(count, seed: seed).enumerated().map { index, pair in
      UnpairedExample(
        prompt: pair.prompt,
        completion: pair.chosen,
        isDesirable: index % 3 != 0
      )
    }
  }

  /// A model after some updates that make all answers more likely, mismatched ones too.
  static func moved(_ start: LanguageModel, toward rows: [UnpairedExample]) -> LanguageModel {
    let model = start.duplicate()
    let objective = SupervisedObjective(
      rows: rows.map {
        TokenSequence(ids: $0.prompt + $0.completion, completionStart: $0.prompt.count)
      }
    )
    var settings = TrainerSettings()
    settings.learningRate = 3e-3
    settings.maxSteps = 8
    settings.schedule = .constant
    do {
      _ = try TrainingLoop(settings: settings).run(objective, model: model)
    } catch {
      Issue.record(error)
    }
    return model
  }
}
