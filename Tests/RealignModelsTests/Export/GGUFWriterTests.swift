import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("GGUF files")
struct GGUFWriterTests {
  private func write(_ writer: GGUFWriter, _ values: Tensor...) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file.gguf"
    var index = -1
    let length = try writer.write(to: path) { _ in
      index += 1
      return values[index]
    }
    let bytes = try InputFile.bytes(path)
    #expect(bytes.count == length)
    #expect(try folder.names == ["file.gguf"])
    return bytes
  }

  /// The bytes of one key's value, its type in front, without padding.
  private func bytes(of value: GGUFValue, count: Int) throws -> [UInt8] {
    let writer = GGUFWriter(metadata: [("k", value)], entries: [])
    // 24 bytes of head, 8 of the key's length and the key.
    return Array(try write(writer).dropFirst(33).prefix(count))
  }

  @Test("every type of value has its number and its bytes")
  func values() throws {
    let cases: [(GGUFValue, [UInt8])] = [
      (.uint8(200), [0, 0, 0, 0, 200]),
      (.int8(-2), [1, 0, 0, 0, 254]),
      (.uint16(513), [2, 0, 0, 0, 1, 2]),
      (.int16(-2), [3, 0, 0, 0, 254, 255]),
      (.uint32(0x0102_0304), [4, 0, 0, 0, 4, 3, 2, 1]),
      (.int32(-1), [5, 0, 0, 0, 255, 255, 255, 255]),
      (.float32(1.5), [6, 0, 0, 0, 0, 0, 0xC0, 0x3F]),
      (.bool(true), [7, 0, 0, 0, 1]),
      (.bool(false), [7, 0, 0, 0, 0]),
      (.string("é"), [8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0xC3, 0xA9]),
      (
        .array([.int16(1), .int16(-1)]),
        [9, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 255, 255]
      ),
      (.uint64(1 << 40), [10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]),
      (.int64(-1), [11, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
      (.float64(-2), [12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC0]),
    ]
    for (value, expected) in cases {
      #expect(try bytes(of: value, count: expected.count) == expected, "\(value)")
    }
  }

  @Test("a file is head, keys, places and aligned values")
  func whole() throws {
    let writer = GGUFWriter(
      metadata: [("a", .bool(true))],
      entries: [
        GGUFWriter.Entry(name: "v", shape: [3], type: .f32),
        GGUFWriter.Entry(name: "m", shape: [2, 3], type: .bf16),
      ]
    )
    let found = try write(
      writer,
      Tensor([1, 2, -1], rows: 1, columns: 3),
      Tensor([1, 0, 0, 0, 0, -2], rows: 2, columns: 3)
    )
    var expected: [UInt8] = Array("GGUF".utf8) + [3, 0, 0, 0]
    func long(_ value: UInt8) -> [UInt8] { [value, 0, 0, 0, 0, 0, 0, 0] }
    expected += long(2) + long(1)
    expected += long(1) + Array("a".utf8) + [7, 0, 0, 0, 1]
    expected += long(1) + Array("v".utf8) + [1, 0, 0, 0] + long(3) + [0, 0, 0, 0] + long(0)
    // The innermost dimension comes first; the first tensor's 12 bytes take 32.
    expected += long(1) + Array("m".utf8) + [2, 0, 0, 0] + long(3) + long(2)
    expected += [30, 0, 0, 0] + long(32)
    while expected.count % 32 != 0 { expected.append(0) }
    expected += [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x80, 0xBF]
    expected += [UInt8](repeating: 0, count: 20)
    expected += [0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC0]
    expected += [UInt8](repeating: 0, count: 20)
    #expect(found == expected)
  }

  @Test("a tensor longer than a piece is written whole")
  func pieces() throws {
    // Two and a half pieces of 2^20 values.
    let rows = 2_560
    let values = Tensor(rows: rows, columns: 1024)
    for r in 0..<rows { values[r, r % 1024] = Float(r) }
    let entry = GGUFWriter.Entry(name: "m", shape: [rows, 1024], type: .f32)
    let content = try GGUFContent(
      Data(write(GGUFWriter(metadata: [], entries: [entry]), values))
    )
    #expect(try content.tensor("m").bytes == [UInt8](values.littleEndianData()))
  }

  @Test("after a failure the old file is unchanged and nothing is left behind")
  func failure() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "file.gguf")
    let entry = GGUFWriter.Entry(name: "m", shape: [4], type: .f32)
    #expect(throws: Stop.self) {
      try GGUFWriter(metadata: [], entries: [entry]).write(to: path) { _ in throw Stop() }
    }
    #expect(try InputFile.text(path) == "old")
    #expect(try folder.names == ["file.gguf"])
  }

  @Test("a path that cannot be written to is refused by name")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let writer = GGUFWriter(metadata: [], entries: [])
    for path in [folder.path, folder.path + "/absent/file.gguf"] {
      let error = #expect(throws: InputError.self) {
        try writer.write(to: path) { _ in Tensor(rows: 0, columns: 0) }
      }
      #expect(error?.kind == .cannotCreate)
      #expect(error?.file == path)
    }
  }
}
