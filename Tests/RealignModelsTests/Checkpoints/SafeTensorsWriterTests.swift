import Foundation
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignModels

@Suite("Written safetensors")
struct SafeTensorsWriterTests {
  static let goldens = ["f32", "f16", "bf16", "mixed", "plain"]

  private func matrix(_ entry: SafeTensorsFile.Entry) -> WeightMatrix {
    let count = entry.shape.reduce(1, *)
    return entry.type == .f32
      ? .single(Tensor(rows: 1, columns: count))
      : .half(HalfTensor(rows: 1, columns: count, type: entry.type))
  }

  @Test("files of the Python library are rewritten byte for byte", arguments: goldens)
  func rewritten(name: String) throws {
    let source = Fixtures.goldens + "/safetensors/\(name).safetensors"
    let file = try SafeTensorsFile(path: source)
    let writer = SafeTensorsWriter(
      // The writer sorts.
      entries: file.entries.reversed().map {
        SafeTensorsWriter.Entry(name: $0.name, shape: $0.shape, type: $0.type)
      },
      metadata: file.metadata
    )
    let folder = try TemporaryFolder()
    for keepsType in [true, false] {
      let path = folder.path + "/\(keepsType)"
      try writer.write(to: path) { entry in
        let found = try #require(file.entry(entry.name))
        let values =
          keepsType
          ? matrix(found) : .single(Tensor(rows: 1, columns: entry.shape.reduce(1, *)))
        try file.load(found, into: values)
        return values
      }
      #expect(try InputFile.bytes(path) == InputFile.bytes(source))
    }
    #expect(try folder.names == ["false", "true"])
  }

  @Test("what is streamed in pieces is what one piece of memory would hold")
  func streamed() throws {
    let values = Tensor.random(rows: 3, columns: 700_001, name: "x")
    let tensors: [SafeTensorsWriter.NamedTensor] = [
      ("b", [3, 700_001], values), ("a", [2], values.slice(0..<2)),
    ]
    let folder = try TemporaryFolder()
    try SafeTensorsWriter.write(tensors, metadata: ["step": "3"], to: folder.path + "/x")
    let data = SafeTensorsWriter.data(tensors, metadata: ["step": "3"])
    #expect(try InputFile.bytes(folder.path + "/x") == [UInt8](data))
    let file = try SafeTensorsFile(path: folder.path + "/x")
    let copy = Tensor(rows: 3, columns: 700_001)
    try file.load(#require(file.entry("b")), into: copy)
    #expect(copy.values == values.values)
  }

  @Test("metadata is sorted by the bytes of its keys")
  func metadata() {
    let header = SafeTensorsWriter(entries: [], metadata: ["é": "1", "z": "2", "a": "3"]).header()
    #expect(
      String(decoding: header.dropFirst(8), as: UTF8.self)
        == #"{"__metadata__":{"a":"3","z":"2","é":"1"}}     "#
    )
  }
}
