import Foundation
import RealignNumerics
import RealignText
import Testing

/// Against `Goldens/make_gguf_encodings.py`.
@Suite("Encoded rows and gguf")
struct RowEncodingGoldenTests {
  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal.utf8).map { $0 < 0x61 ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func group(_ name: String) throws -> (Tensor, JSONObject) {
    let object = try #require(try Fixtures.json("gguf_encodings.json")[name]?.objectValue)
    let data = bytes(try #require(object["values"]?.stringValue))
    let tensor = Tensor(rows: data.count / 128, columns: 32)
    tensor.load(littleEndianFloat32: Data(data))
    return (tensor, object)
  }

  @Test("halves and blocks are those of gguf, bit for bit")
  func equal() throws {
    let cases: [(String, String, RowEncoding)] = [
      ("edges", "f16", .float16), ("edges", "bf16", .bfloat16), ("blocks", "f16", .float16),
      ("blocks", "bf16", .bfloat16), ("blocks", "q8_0", .blocks8),
    ]
    for (name, type, encoding) in cases {
      let (values, object) = try Self.group(name)
      let expected = Self.bytes(try #require(object[type]?.stringValue))
      let found = [UInt8](values.encoded(encoding))
      #expect(found.count == expected.count && !found.isEmpty)
      let wrong = zip(found, expected).enumerated().first { $1.0 != $1.1 }
      #expect(wrong == nil, "\(name) \(type): byte \(wrong.map { "\($0.offset)" } ?? "")")
    }
  }
}
