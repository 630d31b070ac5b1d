import RealignNumerics

/// What a BERT checkpoint calls its tensors, without the prefix `bert.` that some files have.
enum EncoderNames {
  static let words = "embeddings.word_embeddings.weight"
  static let positions = "embeddings.position_embeddings.weight"
  static let types = "embeddings.token_type_embeddings.weight"
  static let embeddingNorm = "embeddings.LayerNorm"
  static let attentionInput = ["query", "key", "value"].map { "attention.self." + $0 }
  static let attentionOutput = "attention.output.dense"
  static let attentionNorm = "attention.output.LayerNorm"
  static let feedForwardInput = "intermediate.dense"
  static let feedForwardOutput = "output.dense"
  static let outputNorm = "output.LayerNorm"
  static let pooler = "pooler.dense"
  static let classifier = "classifier"

  /// The full name of a part of a block.
  static func block(_ index: Int, _ name: String) -> String { "encoder.layer.\(index)." + name }

  /// The parameter that a tensor of a file stands for; nil for what an encoder has no use for.
  static func parameter(_ stored: String) -> String? {
    if isBuffer(stored) || stored.hasPrefix("cls.") { return nil }
    let name = stored.hasPrefix("bert.") ? String(stored.dropFirst("bert.".count)) : stored
    // Files converted from the first release keep its names of scale and shift.
    for (old, new) in [(".gamma", ".weight"), (".beta", ".bias")]
    where name.hasSuffix("LayerNorm" + old) {
      return name.dropLast(old.count) + new
    }
    return name
  }

  /// Whether a tensor holds constants of the code.
  static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix("embeddings.position_ids") || name.hasSuffix("embeddings.token_type_ids")
  }

  /// Names and shapes in memory order; projections that share an input lie side by side.
  static func layout(
    _ c: EncoderConfiguration,
    hasPooler: Bool,
    hasClassifier: Bool
  ) -> ParameterLayout {
    var layout = ParameterLayout()
    func norm(_ name: String) {
      layout.appendVector(name + ".weight", length: c.hiddenSize)
      layout.appendVector(name + ".bias", length: c.hiddenSize)
    }
    func linear(_ names: [String], rows: Int, columns: Int) {
      for name in names {
        layout.appendMatrix(name + ".weight", rows: rows, columns: columns)
      }
      for name in names { layout.appendVector(name + ".bias", length: rows) }
    }
    let hidden = c.hiddenSize
    layout.appendMatrix(words, rows: c.vocabularySize, columns: hidden)
    layout.appendMatrix(positions, rows: c.maximumPositions, columns: hidden)
    layout.appendMatrix(types, rows: c.typeCount, columns: hidden)
    norm(embeddingNorm)
    for index in 0..<c.layerCount {
      func full(_ name: String) -> String { block(index, name) }
      linear(attentionInput.map(full), rows: hidden, columns: hidden)
      linear([full(attentionOutput)], rows: hidden, columns: hidden)
      norm(full(attentionNorm))
      linear([full(feedForwardInput)], rows: c.intermediateSize, columns: hidden)
      linear([full(feedForwardOutput)], rows: hidden, columns: c.intermediateSize)
      norm(full(outputNorm))
    }
    if hasPooler { linear([pooler], rows: hidden, columns: hidden) }
    if hasClassifier { linear([classifier], rows: c.labels.count, columns: hidden) }
    return layout
  }
}
