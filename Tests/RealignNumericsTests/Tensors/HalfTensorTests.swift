import Foundation
import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite("Half-precision tensors")
struct HalfTensorTests {
  static let types: [ScalarType] = [.bf16, .f16]

  @Test("every finite half survives widening and rounding", arguments: types)
  func everyHalf(type: ScalarType) {
    var bits = [UInt16](0...UInt16.max)
    let exponent: UInt16 = type == .f16 ? 0x7C00 : 0x7F80
    bits.removeAll { $0 & exponent == exponent }
    let halves = HalfTensor(rows: 1, columns: bits.count, type: type)
    for (i, value) in bits.enumerated() { halves.row(0)[i] = value }
    #expect(halves.isFinite)
    let copy = HalfTensor(rows: 1, columns: bits.count, type: type)
    copy.copy(from: halves.widened())
    #expect(copy.littleEndianData() == halves.littleEndianData())
  }

  @Test("an infinity or a NaN anywhere is noticed", arguments: types)
  func notFinite(type: ScalarType) {
    for bad in [Float.infinity, -.infinity, .nan] {
      let wide = Tensor.random(rows: 3, columns: 70_000, name: "x")
      wide[2, 69_999] = bad
      let halves = HalfTensor(rows: 3, columns: 70_000, type: type)
      halves.copy(from: wide)
      #expect(!halves.isFinite)
      #expect(halves.rows(0..<2).isFinite)
    }
  }

  @Test("views are parts of the whole", arguments: types)
  func views(type: ScalarType) {
    let halves = HalfTensor(rows: 5, columns: 7, type: type)
    halves.copy(from: Tensor.random(rows: 5, columns: 7, name: "x"))
    let wide = halves.widened()
    #expect(halves.rows(1..<4).widened().values == wide.rows(1..<4).values)
    #expect(halves.slice(3..<20).widened().values == wide.slice(3..<20).values)
    #expect(
      halves.reshaped(rows: 7, columns: 5).rows(6..<7).widened().values
        == wide.slice(30..<35).values
    )
    #expect(halves.duplicate().widened().values == wide.values)
  }

  @Test(
    "numbers of a file are read as those of its bytes in memory",
    arguments: ScalarType.allCases
  )
  func files(stored: ScalarType) throws {
    let folder = try TemporaryFolder()
    // More than one piece of the reader, behind an odd number of other bytes.
    let values = Tensor.random(rows: 3, columns: 400_001, name: "x")
    let bytes = Data([1, 2, 3]) + values.encoded(stored.encoding)
    let path = try folder.write([UInt8](bytes), to: "x.bin")
    let file = try #require(FileHandle(forReadingAtPath: path))
    let expected = Tensor(rows: 3, columns: 400_001)
    expected.load(bytes, byteRange: 3..<bytes.count, type: stored)
    let single = Tensor(rows: 3, columns: 400_003).columns(1..<400_002)
    try single.load(file: file.fileDescriptor, at: 3, type: stored)
    #expect(single.values == expected.values)
    for type in Self.types {
      let halves = HalfTensor(rows: 3, columns: 400_001, type: type)
      try halves.load(file: file.fileDescriptor, at: 3, type: stored)
      let rounded = HalfTensor(rows: 3, columns: 400_001, type: type)
      rounded.copy(from: expected)
      #expect(halves.littleEndianData() == rounded.littleEndianData())
    }
    #expect(throws: FileReadError(code: 0, position: bytes.count)) {
      try single.load(file: file.fileDescriptor, at: 4, type: stored)
    }
  }

  /// Shapes that take every path: few rows, wide results, shared panels, ragged edges.
  static let shapes = [
    (1, 40, 33), (2, 100, 64), (5, 70, 1300), (16, 33, 48), (17, 500, 40), (100, 300, 1100),
    (600, 70, 90), (130, 130, 130),
  ]

  @Test("products have the bits of those with the weights widened", arguments: types)
  func products(type: ScalarType) {
    for (rows, columns, inner) in Self.shapes {
      for (transposeA, transposeB) in [(false, true), (false, false), (true, true)] {
        let a = Tensor.random(
          rows: transposeA ? inner : rows,
          columns: transposeA ? rows : inner,
          name: "a"
        )
        let b = HalfTensor(
          rows: transposeB ? columns : inner,
          columns: transposeB ? inner : columns,
          type: type
        )
        b.copy(from: Tensor.random(rows: b.rows, columns: b.columns, name: "b"))
        func product(_ b: WeightMatrix) -> [Float] {
          let c = Tensor.random(rows: rows, columns: columns, name: "c")
          Matrix.multiply(
            a,
            b,
            into: c,
            transposeA: transposeA,
            transposeB: transposeB,
            alpha: 0.5,
            accumulate: true
          )
          return c.values
        }
        #expect(product(.half(b)) == product(.single(b.widened())), "\(rows) \(columns) \(inner)")
      }
    }
  }

  @Test("rows picked from a table are widened")
  func gathered() {
    let table = HalfTensor(rows: 9, columns: 5, type: .bf16)
    table.copy(from: Tensor.random(rows: 9, columns: 5, name: "table"))
    let ids: [Int32] = [8, 0, 3, 3]
    let (found, expected) = (Tensor(rows: 4, columns: 5), Tensor(rows: 4, columns: 5))
    Embedding.gather(table: .half(table), ids: ids, into: found)
    Embedding.gather(table: table.widened(), ids: ids, into: expected)
    #expect(found.values == expected.values)
  }

  @Test("weights are encoded in their own type unchanged, in others rounded")
  func encoded() {
    let wide = Tensor.random(rows: 3, columns: 11, name: "x")
    let half = HalfTensor(rows: 3, columns: 11, type: .bf16)
    half.copy(from: wide)
    #expect(WeightMatrix.single(wide).encoded(as: .bf16) == half.littleEndianData())
    #expect(WeightMatrix.half(half).encoded(as: .bf16) == half.littleEndianData())
    #expect(WeightMatrix.half(half).encoded(as: .f16) == half.widened().encoded(.float16))
    #expect(WeightMatrix.half(half).encoded(as: .f32) == half.widened().littleEndianData())
  }

  @Test("halves over the memory of floats move with them", arguments: types)
  func overFloats(type: ScalarType) {
    let values = Tensor.random(rows: 1, columns: 10, name: "x")
    let floats = Tensor(rows: 2, columns: 4)
    let halves = HalfTensor(over: floats.rows(0..<2).slice(1..<6), type: type)
    #expect(halves.rows == 1 && halves.columns == 10)
    halves.copy(from: values)
    let moved = floats.duplicate()
    #expect(
      HalfTensor(over: moved.slice(1..<6), type: type).littleEndianData()
        == halves.littleEndianData()
    )
    #expect(floats[0, 0] == 0 && floats.slice(6..<8).values == [0, 0])
  }
}
