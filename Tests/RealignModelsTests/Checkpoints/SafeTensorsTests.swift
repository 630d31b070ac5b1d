import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Hostile safetensors")
struct SafeTensorsTests {
  static func file(_ header: String, body: Int, length: UInt64? = nil) -> Data {
    var data = Data()
    var n = length ?? UInt64(header.utf8.count)
    for _ in 0..<8 {
      data.append(UInt8(n & 0xff))
      n >>= 8
    }
    data.append(contentsOf: header.utf8)
    data.append(Data(count: body))
    return data
  }

  static func read(_ data: Data) throws -> SafeTensorsFile {
    let folder = try TemporaryFolder()
    return try SafeTensorsFile(path: folder.write([UInt8](data), to: "x.safetensors"))
  }

  @Test("a sound file is read")
  func sound() throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let file = try Self.read(Self.file(header, body: 8))
    #expect(file.entries.map(\.name) == ["a"])
    #expect(file.metadata == ["format": "pt"])
  }

  static let hostile: [(String, Data)] = [
    ("empty", Data()),
    ("seven bytes", Data(count: 7)),
    ("header length 2^64-1", file("{}", body: 0, length: .max)),
    ("header longer than the file", file("{}", body: 0, length: 3)),
    ("not JSON", file("{", body: 0)),
    ("not an object", file("[]", body: 0)),
    ("trailing bytes", file("{}", body: 1)),
    ("hole", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, body: 8)),
    (
      "overlap",
      file(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        body: 4
      )
    ),
    ("past the end", file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, body: 4)),
    (
      "overflowing shape",
      file(
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,0]}}"#,
        body: 0
      )
    ),
    (
      "shape and size differ",
      file(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, body: 8)
    ),
    ("unknown type", file(#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,1]}}"#, body: 1)),
    ("negative offset", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, body: 0)),
    (
      "duplicate name",
      file(
        #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
        body: 0
      )
    ),
    ("metadata of numbers", file(#"{"__metadata__":{"a":1}}"#, body: 0)),
  ]

  @Test("is refused with an error", arguments: hostile.indices)
  func refused(index: Int) {
    let (name, data) = Self.hostile[index]
    #expect(throws: InputError.self, "\(name)") { try Self.read(data) }
  }
}
