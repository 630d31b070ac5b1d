import CRealignKernels

/// How a number is stored in a file or in memory; raw values are those of the safetensors format.
public enum ScalarType: String, Sendable, CaseIterable {
  /// IEEE single precision.
  case f32 = "F32"
  /// IEEE half precision.
  case f16 = "F16"
  /// The upper half of a single.
  case bf16 = "BF16"

  /// Bytes per number.
  public var byteCount: Int { self == .f32 ? 4 : 2 }

  /// The encoding of a row of such numbers.
  public var encoding: RowEncoding {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    }
  }

  /// What the kernels call it.
  var kernelCode: Int32 {
    switch self {
    case .f32: Int32(RK_FLOAT32)
    case .f16: Int32(RK_FLOAT16)
    case .bf16: Int32(RK_BFLOAT16)
    }
  }

  /// Widens numbers at any alignment.
  func widen(
    _ source: UnsafeRawPointer,
    into target: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    switch self {
    case .f32: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
    case .f16: rk_widen_float16(target, source, count)
    case .bf16: rk_widen_bfloat16(target, source, count)
    }
  }

  /// Rounds numbers to the nearest, ties to even, at any alignment.
  func narrow(
    _ source: UnsafePointer<Float>,
    into target: UnsafeMutableRawPointer,
    count: Int
  ) {
    switch self {
    case .f32: target.copyMemory(from: source, byteCount: count * 4)
    case .f16: rk_narrow_float16(target, source, count)
    case .bf16: rk_narrow_bfloat16(target, source, count)
    }
  }
}
