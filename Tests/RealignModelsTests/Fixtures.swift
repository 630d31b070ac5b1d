import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// Reference values made by `Goldens/make_llama.py` and small random models.
enum Fixtures {
  static let goldens = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Goldens").path

  static func json(_ name: String) throws -> JSONObject {
    let bytes = try InputFile.bytes(goldens + "/" + name)
    guard let object = try JSONValue.parse(bytes, file: name, line: nil).objectValue else {
      throw InputError(.badData, "not an object", file: name)
    }
    return object
  }

  /// A random model away from its initial state: norms and biases count.
  static func tinyModel(
    biases: Bool = false,
    tied: Bool = true,
    seed: UInt64 = 3,
    vocabulary: Int = 23
  ) -> LanguageModel {
    var c = ModelConfiguration(
      vocabularySize: vocabulary,
      hiddenSize: 16,
      intermediateSize: 24,
      layerCount: 2,
      headCount: 4,
      keyValueHeadCount: 2,
      headDimension: 6,
      maximumPositions: 64
    )
    c.attentionBias = biases
    c.feedForwardBias = biases
    c.tiesEmbeddings = tied
    c.endOfText = [1]
    let model = LanguageModel(randomlyInitialized: c, seed: seed)
    var stream = RandomStream(seed: seed, name: "fixture")
    var values = model.parameters.values
    for entry in model.layout.entries {
      for i in entry.range {
        values[i] =
          Float(stream.normal()) * (entry.isVector ? 0.3 : 0.25)
          + (entry.name.contains("norm") ? 1 : 0)
      }
    }
    model.parameters.copy(from: values)
    return model
  }

  /// Adapters whose B is not zero.
  static func adapter(
    for model: LanguageModel,
    dropout: Double = 0,
    decomposed: Bool = false,
    modulesToSave: [String] = []
  ) -> Adapter {
    let adapter = Adapter(
      AdapterConfiguration(
        rank: 3,
        alpha: 5,
        dropout: dropout,
        usesWeightDecomposition: decomposed,
        modulesToSave: modulesToSave
      ),
      for: model,
      seed: 5
    )
    var stream = RandomStream(seed: 6, name: "adapter")
    var values = adapter.parameters.values
    for entry in adapter.layout.entries {
      // Magnitudes and full copies stay near what they are at first.
      let isLowRank = entry.name.contains(".lora_A.") || entry.name.contains(".lora_B.")
      for i in entry.range {
        values[i] = (isLowRank ? 0 : values[i]) + Float(stream.normal()) * 0.2
      }
    }
    adapter.parameters.copy(from: values)
    return adapter
  }
}
