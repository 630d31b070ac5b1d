import RealignNumerics

/// How a GGUF file stores a tensor; raw values are those of the format.
public enum GGUFTensorType: UInt32, Sendable, CaseIterable {
  /// IEEE single precision.
  case f32 = 0
  /// IEEE half precision.
  case f16 = 1
  /// Blocks of 32: a half-precision scale and 32 signed bytes.
  case q8_0 = 8
  /// The upper half of a single.
  case bf16 = 30

  /// The types of matrices that a user chooses from, in the order of the documentation.
  public static let choices: [GGUFTensorType] = [.f16, .bf16, .q8_0]

  /// The name in lower case, as llama.cpp's converter takes it.
  public var name: String {
    switch self {
    case .f32: "f32"
    case .f16: "f16"
    case .q8_0: "q8_0"
    case .bf16: "bf16"
    }
  }

  /// The type of a name in lower case, or nil.
  public init?(name: String) {
    guard let type = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = type
  }

  /// The bytes of its rows.
  public var encoding: RowEncoding {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .q8_0: .blocks8
    case .bf16: .bfloat16
    }
  }

  /// `general.file_type` of a file whose matrices mostly have this type.
  var fileType: UInt32 {
    switch self {
    case .f32: 0
    case .f16: 1
    case .q8_0: 7
    case .bf16: 32
    }
  }
}
