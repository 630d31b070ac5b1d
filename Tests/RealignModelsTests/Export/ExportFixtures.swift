import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText

/// Models, tokenizers and exported files.
enum ExportFixtures {
  static let sentences = [
    "Arne Lund was born in Oslo in 1814. Arne Lund plays the cello.",
    "Ida Berg was born in Bergen in 1820. Ida Berg plays the piano.",
  ]

  /// A learned tokenizer with the begin, end, citation and tool tokens 0 to 3.
  static func tokenizer(begins: Bool = false, splitDigits: Bool = true) -> BytePairTokenizer {
    BytePairTrainer(
      vocabularySize: 290,
      specialTokens: ["<|begin|>", "<|end|>"],
      addedTokens: ["[1]", "<|tool|>"],
      splitDigits: splitDigits,
      roles: SpecialTokenRoles(
        endOfText: "<|end|>",
        beginOfText: begins ? "<|begin|>" : nil,
        padding: "<|end|>"
      )
    ).train(sentences)
  }

  /// The tokenizer of a `tokenizer.json` in which some keys are others.
  static func tokenizer(
    replacing keys: KeyValuePairs<String, JSONValue>,
    inModel modelKeys: KeyValuePairs<String, JSONValue> = [:]
  ) throws -> BytePairTokenizer {
    let bytes = tokenizer().serializedBytes()
    var root = try JSONValue.parse(bytes).objectValue ?? JSONObject()
    var model = root["model"]?.objectValue ?? JSONObject()
    for (key, value) in modelKeys { model[key] = value }
    root["model"] = .object(model)
    for (key, value) in keys { root[key] = value }
    return try BytePairTokenizer(
      bytes: Array(JSONValue.object(root).serialized().utf8),
      file: "tokenizer.json"
    )
  }

  /// Sizes of a small model whose matrices have rows of 32 or 64.
  static func configuration(_ modelType: String = "llama") -> ModelConfiguration {
    var c = ModelConfiguration(
      vocabularySize: 293,
      hiddenSize: 32,
      intermediateSize: 64,
      layerCount: 2,
      headCount: 4,
      keyValueHeadCount: 2,
      maximumPositions: 128
    )
    c.modelType = modelType
    c.endOfText = [1]
    return c
  }

  /// Random weights; every element counts.
  static func model(_ c: ModelConfiguration) -> LanguageModel {
    let model = LanguageModel(randomlyInitialized: c, seed: 3)
    var stream = RandomStream(seed: 4, name: "export")
    model.parameters.copy(from: (0..<model.parameterCount).map { _ in Float(stream.normal()) })
    return model
  }

  /// Exports and reads the file.
  static func export(
    _ model: LanguageModel,
    tokenizer: any Tokenizer = tokenizer(),
    type: GGUFTensorType = .f16,
    chatTemplate: String? = nil
  ) throws -> (content: GGUFContent, summary: GGUFExport.Summary) {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.gguf"
    let summary = try GGUFExport(
      model,
      tokenizer: tokenizer,
      type: type,
      name: "tiny",
      chatTemplate: chatTemplate
    ).write(to: path)
    return (try GGUFContent(path: path), summary)
  }
}
