import Foundation
import RealignNumerics

/// The keys of a GGUF file that describe the model, without its vocabulary.
enum GGUFMetadata {
  /// One key and its value.
  typealias Pair = (key: String, value: GGUFValue)

  /// What `general.` keys and those of the architecture say.
  static func pairs(
    _ c: ModelConfiguration,
    architecture: String,
    name: String,
    type: GGUFTensorType
  ) -> [Pair] {
    let general: [Pair] = [
      ("general.architecture", .string(architecture)),
      ("general.type", .string("model")),
      ("general.name", .string(name)),
      ("general.alignment", .uint32(UInt32(GGUFWriter.alignment))),
      ("general.file_type", .uint32(type.fileType)),
      ("general.quantization_version", .uint32(2)),
    ]
    let sizes: KeyValuePairs<String, Int> = [
      "vocab_size": c.vocabularySize,
      "context_length": c.maximumPositions,
      "embedding_length": c.hiddenSize,
      "block_count": c.layerCount,
      "feed_forward_length": c.intermediateSize,
      "attention.head_count": c.headCount,
      "attention.head_count_kv": c.keyValueHeadCount,
      "attention.key_length": c.headDimension,
      "attention.value_length": c.headDimension,
      "rope.dimension_count": c.headDimension,
    ]
    let numbers: [Pair] = [
      ("attention.layer_norm_rms_epsilon", .float32(c.normEpsilon)),
      ("rope.freq_base", .float32(Float(c.ropeTheta))),
    ]
    let own = sizes.map { Pair($0.key, .uint32(UInt32($0.value))) } + numbers + scaling(c)
    return general + own.map { (architecture + "." + $0.key, $0.value) }
  }

  private static func scaling(_ c: ModelConfiguration) -> [Pair] {
    switch c.ropeScaling {
    case nil, .llama3: return []
    case .linear(let factor):
      return [
        ("rope.scaling.type", .string("linear")),
        ("rope.scaling.factor", .float32(Float(factor))),
      ]
    case .yarn(let factor, let original, let fast, let slow, _, _):
      return [
        ("rope.scaling.type", .string("yarn")),
        ("rope.scaling.factor", .float32(Float(factor))),
        ("rope.scaling.original_context_length", .uint32(UInt32(original))),
        ("rope.scaling.yarn_beta_fast", .float32(Float(fast))),
        ("rope.scaling.yarn_beta_slow", .float32(Float(slow))),
      ]
    }
  }

  /// The factor of rotated values that llama.cpp takes for YaRN.
  ///
  /// Peng et al. 2023, equation 22.
  static func yarnAmplitude(factor: Double) -> Double {
    factor <= 1 ? 1 : 0.1 * log(factor) + 1
  }

  /// What the rotary frequencies are divided by, for `rope_freqs.weight`; nil for no tensor.
  ///
  /// Llama 3 keeps frequencies of many turns within the original length, divides those of few by
  /// `factor` and interpolates between.
  static func frequencyDivisors(_ c: ModelConfiguration) -> [Float]? {
    guard case .llama3(let factor, let low, let high, let original) = c.ropeScaling else {
      return nil
    }
    return (0..<c.headDimension / 2).map { index in
      let frequency = pow(c.ropeTheta, -2 * Double(index) / Double(c.headDimension))
      let turns = Double(original) * frequency / (2 * .pi)
      let share = min(max((turns - low) / (high - low), 0), 1)
      return Float(1 / ((1 - share) / factor + share))
    }
  }
}
