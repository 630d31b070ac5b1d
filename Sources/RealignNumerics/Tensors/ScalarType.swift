/// How a number is stored in a file; raw values are those of the safetensors format.
public enum ScalarType: String, Sendable, CaseIterable {
  /// IEEE single precision.
  case f32 = "F32"
  /// IEEE half precision.
  case f16 = "F16"
  /// The upper half of a single.
  case bf16 = "BF16"

  /// Bytes per number.
  public var byteCount: Int { self == .f32 ? 4 : 2 }
}
