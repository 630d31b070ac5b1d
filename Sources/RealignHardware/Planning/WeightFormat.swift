/// How weights are kept: the `--dtype` of a plan.
public enum WeightFormat: String, Sendable, CaseIterable {
  /// Single precision.
  case fp32
  /// Brain float.
  case bf16
  /// Half precision.
  case fp16
  /// Groups of 8-bit numbers with a scale and an offset.
  case int8
  /// Groups of 4-bit numbers with a scale and an offset.
  case int4

  /// Bytes of a weight, scales not counted.
  public var bytesPerWeight: Double {
    switch self {
    case .fp32: 4
    case .bf16, .fp16: 2
    case .int8: 1
    case .int4: 0.5
    }
  }

  /// Bytes of scales and offsets by weight: 16 bits each for a group of 64, as MLX quantizes.
  public var scaleBytesPerWeight: Double { isQuantized ? 4.0 / 64 : 0 }

  /// Whether weights are rounded to groups, which cannot be trained themselves.
  public var isQuantized: Bool { self == .int8 || self == .int4 }

  /// Bytes of an activation: those of a weight, quantized weights computing in 16 bits.
  public var bytesPerActivation: Double { isQuantized ? 2 : bytesPerWeight }
}
