import RealignNumerics

/// How the matrices of a model that is not trained itself are kept in memory (`--base-dtype`).
public enum BaseDtype: String, Sendable, CaseIterable, NamedChoice {
  /// The default: single precision, whatever the file holds and however much memory is free, so
  /// that the same command gives the same results on every machine.
  case auto
  /// Single precision.
  case f32
  /// The upper half of a single: half the memory, the range of single precision, 8 bits.
  case bf16
  /// IEEE half precision: half the memory, up to 65504, 11 bits.
  case f16

  /// The type in memory.
  public var type: ScalarType {
    switch self {
    case .auto, .f32: .f32
    case .bf16: .bf16
    case .f16: .f16
    }
  }
}
