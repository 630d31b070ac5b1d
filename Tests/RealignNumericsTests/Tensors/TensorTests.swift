import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Tensor")
struct TensorTests {
  let grid = Tensor((0..<12).map(Float.init), rows: 3, columns: 4)

  @Test("windows alias the memory they are cut from")
  func windows() {
    let middle = grid.rows(1..<3).columns(1..<3)
    #expect(middle.values == [5, 6, 9, 10] && !middle.isContiguous)
    middle[0, 1] = 60
    #expect(grid[1, 2] == 60)
    #expect(grid.slice(2..<5).values == [2, 3, 4])
    #expect(grid.reshaped(rows: 2, columns: 6)[1, 0] == 60)
    let copy = middle.duplicate()
    copy.fill(0)
    #expect(middle.values == [5, 60, 9, 10] && copy.isContiguous)
  }

  @Test("the blocks of a sum of squares are those of parts that begin where a block does")
  func blockSums() {
    let block = Tensor.elementsPerBlock
    let x = Tensor.random(rows: 1, columns: 2 * block + 9, name: "x")
    let sums = x.blockSumsOfSquares()
    #expect(sums.count == 3)
    let parts = [0..<block, block..<2 * block + 9].map { x.slice($0).blockSumsOfSquares() }
    #expect(parts.flatMap { $0 } == sums)
    #expect(x.sumOfSquares() == sums.reduce(0, +))
    let last = x.values.suffix(9).reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(sums[2] - last) < 1e-12 * last)
    #expect(x.slice(4..<4).blockSumsOfSquares().isEmpty)
  }

  @Test("arithmetic touches the window only")
  func windowArithmetic() {
    let window = grid.columns(1..<3)
    window.scale(by: 2)
    #expect(grid.values == [0, 2, 4, 3, 4, 10, 12, 7, 8, 18, 20, 11])
    window.add(Tensor([1, 1, 1, 1, 1, 1], rows: 3, columns: 2), scale: -2)
    #expect(grid.values == [0, 0, 2, 3, 4, 8, 10, 7, 8, 16, 18, 11])
    window.interpolate(toward: Tensor(rows: 3, columns: 2), by: 0.5)
    #expect(grid.values == [0, 0, 1, 3, 4, 4, 5, 7, 8, 8, 9, 11])
    window.multiply(by: Tensor([1, 0, 1, 0, 1, 0], rows: 3, columns: 2))
    #expect(grid.values == [0, 0, 0, 3, 4, 4, 0, 7, 8, 8, 0, 11])
    window.fill(1)
    #expect(grid.values == [0, 1, 1, 3, 4, 1, 1, 7, 8, 1, 1, 11])
  }

  @Test("long tensors are handled in blocks", arguments: [1, 65_535, 65_536, 65_537, 300_000])
  func blocks(count: Int) {
    let x = Tensor.random(rows: 1, columns: count, name: "x")
    let y = Tensor.random(rows: 1, columns: count, name: "y")
    let squares = x.values.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(x.sumOfSquares() - squares) < 1e-9 * squares)
    let expected = zip(x.values, y.values).map { Double($0) + 0.5 * Double($1) }
    x.add(y, scale: 0.5)
    #expect(Differences.largest(x.values, expected) < 1e-6)
    #expect(x.isFinite)
    x[0, count - 1] = .infinity
    #expect(!x.isFinite)
    x[0, count - 1] = .nan
    #expect(!x.isFinite)
  }

  @Test("the sum of squares of a window is that of its elements")
  func stridedSquares() {
    #expect(grid.columns(1..<3).sumOfSquares() == 1 + 4 + 25 + 36 + 81 + 100)
    #expect(Tensor(rows: 0, columns: 5).sumOfSquares() == 0)
  }

  @Test("buffers start at multiples of 64 bytes and at zero", arguments: [0, 1, 1000, 1_000_000])
  func fresh(count: Int) {
    let tensor = Tensor(rows: 1, columns: count)
    #expect(tensor.values == [Float](repeating: 0, count: count))
  }

  @Test("singles survive the way through bytes bit for bit")
  func bytes() {
    let values: [Float] = [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude, 3.4e38]
    let tensor = Tensor(values, rows: 2, columns: 3)
    let data = tensor.littleEndianData()
    #expect(Array(data.prefix(12)) == [0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0xC0, 0x3F])
    let back = Tensor(rows: 2, columns: 3)
    back.load(Data([7]) + data, byteRange: 1..<25, type: .f32)
    #expect(back.values.map(\.bitPattern) == values.map(\.bitPattern))
    let part = tensor.columns(1..<3)
    let other = Tensor(rows: 2, columns: 2)
    other.load(littleEndianFloat32: part.littleEndianData())
    #expect(other.values == part.values)
  }

  @Test("every half and every bfloat16 widens as the standard says")
  func halves() {
    var data = Data()
    for bits in UInt16.min...UInt16.max {
      data.append(UInt8(bits & 255))
      data.append(UInt8(bits >> 8))
    }
    let tensor = Tensor(rows: 256, columns: 256)
    tensor.load(data, byteRange: 0..<data.count, type: .f16)
    for (bits, value) in tensor.values.enumerated() {
      let expected = Self.half(bits)
      #expect(value == expected || (value.isNaN && expected.isNaN), "bits \(bits)")
    }
    tensor.load(data, byteRange: 0..<data.count, type: .bf16)
    #expect(
      tensor.values.enumerated().allSatisfy { $1.bitPattern == UInt32($0) << 16 }
    )
  }

  /// IEEE 754-2019 section 3.4 by its formula.
  private static func half(_ bits: Int) -> Float {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let (exponent, fraction) = (bits >> 10 & 31, Double(bits & 1023))
    switch exponent {
    case 0: return Float(sign * fraction * 0x1p-24)
    case 31: return fraction == 0 ? Float(sign) * .infinity : .nan
    default: return Float(sign * (1 + fraction / 1024) * pow(2, Double(exponent - 15)))
    }
  }

  @Test("a transpose holds every element at its mirrored place", arguments: [1, 7, 32, 33, 70])
  func transposed(columns: Int) {
    let x = Tensor.randomStrided(rows: 41, columns: columns, name: "x")
    #expect(DoubleMatrix(x.transposed()) == DoubleMatrix(x).transposed)
  }
}
