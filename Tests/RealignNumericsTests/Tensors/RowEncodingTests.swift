import RealignNumerics
import Testing

@Suite("Encoded rows")
struct RowEncodingTests {
  private func halves(_ values: [Float], _ encoding: RowEncoding) -> [UInt16] {
    let bytes = [UInt8](Tensor(values, rows: 1, columns: values.count).encoded(encoding))
    return (0..<values.count).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
  }

  @Test("a half is rounded to the nearest, ties to the even one")
  func halfTies() {
    // Steps of a half at 1 are 2^-10: 0x3C00 is 1, 0x3C01 is 1 + 2^-10.
    let tie = 1 + Float(0x1p-11)
    #expect(
      halves([1, tie, tie.nextUp, tie.nextDown], .float16) == [0x3C00, 0x3C00, 0x3C01, 0x3C00]
    )
    #expect(halves([1 + 3 * 0x1p-11, -tie.nextUp], .float16) == [0x3C02, 0xBC01])
  }

  @Test("halves end at 65504 and are subnormal below 2^-14")
  func halfEnds() {
    #expect(
      halves([65504, Float(65520).nextDown, 65520, .infinity, -1e30], .float16)
        == [0x7BFF, 0x7BFF, 0x7C00, 0x7C00, 0xFC00]
    )
    // 2^-24 is the smallest half; half of it is a tie with zero, one and a half a tie with two.
    #expect(
      halves([0x1p-14, 0x1p-24, 0x1p-25, Float(0x1p-25).nextUp, 0x1.8p-24], .float16)
        == [0x0400, 0x0001, 0x0000, 0x0001, 0x0002]
    )
    // A float just below 2^-14 rounds up into the normal halves.
    #expect(
      halves([Float(0x1p-14).nextDown, -0.0, Float(bitPattern: 9)], .float16) == [
        0x0400, 0x8000, 0x0000,
      ]
    )
    #expect(halves([.nan], .float16)[0] & 0x7C00 == 0x7C00)
  }

  @Test("a bfloat16 is rounded to the nearest, ties to the even one")
  func upperHalves() {
    // 0x3F80 is 1, its step 2^-7.
    let tie = 1 + Float(0x1p-8)
    #expect(
      halves([1, tie, tie.nextUp, 1 + 3 * 0x1p-8], .bfloat16)
        == [0x3F80, 0x3F80, 0x3F81, 0x3F82]
    )
    #expect(
      halves([.infinity, -.infinity, .greatestFiniteMagnitude, -0.0], .bfloat16)
        == [0x7F80, 0xFF80, 0x7F80, 0x8000]
    )
    // Subnormal floats are subnormal here too: 2^-133 is the smallest, and 2^-134 a tie.
    #expect(halves([0x1p-133, 0x1p-134, Float(0x1p-134).nextUp], .bfloat16) == [1, 0, 1])
    #expect(halves([Float(bitPattern: 0x7F80_0001)], .bfloat16) == [0x7FC0])
  }

  @Test("a block of 32 is a scale and bytes, ties away from zero")
  func blocks() {
    var values = [Float](repeating: 0, count: 32)
    values.replaceSubrange(0..<7, with: [127, 0.5, -0.5, 1.5, -1.5, 2.4999, -127])
    let bytes = [UInt8](Tensor(values, rows: 1, columns: 32).encoded(.blocks8))
    #expect(bytes.count == 34)
    // The scale 127 / 127 is 1, as a half 0x3C00.
    #expect(bytes.prefix(2) == [0x00, 0x3C])
    #expect(bytes[2..<9].map { Int8(bitPattern: $0) } == [127, 1, -1, 2, -2, 2, -127])
    #expect(bytes[9...].allSatisfy { $0 == 0 })
  }

  @Test("blocks of zeros, of tiny and of infinite numbers have zero bytes or none that trap")
  func extremes() {
    let values =
      [Float](repeating: 0, count: 32) + [Float](repeating: Float(bitPattern: 7), count: 32)
      + [.infinity] + [Float](repeating: 1, count: 31)
    let bytes = [UInt8](Tensor(values, rows: 3, columns: 32).encoded(.blocks8))
    #expect(bytes[0..<68].allSatisfy { $0 == 0 })
    #expect(bytes[68..<70] == [0x00, 0x7C])
    #expect(bytes[70...].allSatisfy { $0 == 0 })
  }

  @Test("rows of a view are encoded without what lies between them")
  func views() {
    let matrix = Tensor((0..<12).map(Float.init), rows: 3, columns: 4)
    let part = matrix.columns(1..<3)
    #expect(
      part.encoded(.float32)
        == Tensor([1, 2, 5, 6, 9, 10], rows: 3, columns: 2)
        .littleEndianData()
    )
    #expect(
      [UInt8](part.encoded(.bfloat16))
        == [0x80, 0x3F, 0x00, 0x40, 0xA0, 0x40, 0xC0, 0x40, 0x10, 0x41, 0x20, 0x41]
    )
  }

  @Test("the greatest magnitude is found, and is infinite where something is not a number")
  func magnitude() {
    #expect(Tensor([1, -7, 3], rows: 1, columns: 3).largestMagnitude == 7)
    #expect(Tensor([1, .nan, 3], rows: 3, columns: 1).largestMagnitude == .infinity)
    #expect(Tensor(rows: 0, columns: 3).largestMagnitude == 0)
  }

  @Test("what is within an encoding's range stays finite, what is beyond does not")
  func bounds() {
    for encoding in [RowEncoding.float16, .bfloat16] {
      let bound = encoding.largestMagnitude
      let found = halves([bound, bound.nextUp], encoding)
      let infinity: UInt16 = encoding == .float16 ? 0x7C00 : 0x7F80
      #expect(found[0] < infinity)
      #expect(found[1] == infinity)
    }
    let block = [Float](repeating: RowEncoding.blocks8.largestMagnitude, count: 32)
    let scale = [UInt8](Tensor(block, rows: 1, columns: 32).encoded(.blocks8)).prefix(2)
    #expect(scale[1] < 0x7C)
  }
}
