import Testing

@testable import RealignText

struct EightBytesTests {
  /// Eight bytes with one value at one place among others that meet or do not meet conditions.
  private func cases(_ body: ([UInt8], EightBytes) -> Void) {
    for value in UInt8.min...UInt8.max {
      for place in 0..<8 {
        for filling: UInt8 in [0x00, 0x20, 0x40, 0x61, 0x7F, 0x80, 0xFF] {
          var bytes = [UInt8](repeating: filling, count: 8)
          bytes[place] = value
          body(bytes, EightBytes(bytes.span, at: 0))
        }
      }
    }
  }

  private func mask(_ bytes: [UInt8], _ isIn: (UInt8) -> Bool) -> UInt64 {
    var mask: UInt64 = 0
    for offset in 0..<8 where isIn(bytes[offset]) { mask |= 0x80 << UInt64(8 * offset) }
    return mask
  }

  @Test func `masks have the bytes that meet the condition and no other`() {
    cases { bytes, eight in
      #expect(eight.equal(to: 0x22) == mask(bytes) { $0 == 0x22 })
      #expect(eight.equal(to: 0) == mask(bytes) { $0 == 0 })
      #expect(eight.below(0x20) == mask(bytes) { $0 < 0x20 })
      #expect(eight.below(0x80) == mask(bytes) { $0 < 0x80 })
      #expect(eight.beyondASCII == mask(bytes) { $0 >= 0x80 })
      #expect(
        eight.notLetters == mask(bytes) { !(0x41...0x5A ~= $0 || 0x61...0x7A ~= $0) }
      )
    }
  }

  @Test func `ASCII letters are the letters of the table`() {
    let letters = (0..<0x80 as Range<UInt8>).filter {
      let bytes = [UInt8](repeating: $0, count: 8)
      return EightBytes(bytes.span, at: 0).notLetters == 0
    }
    let expected = (0..<0x80 as Range<UInt8>).filter {
      ScalarClassTable.shared[UInt32($0)] == .letter
    }
    #expect(letters == expected)
  }

  @Test func `a part is padded with zeros wherever it lies`() {
    let bytes = (1...20).map { UInt8($0) }
    for start in 0...20 {
      for count in 0...min(8, 20 - start) {
        var expected: UInt64 = 0
        for offset in (0..<count).reversed() {
          expected = expected << 8 | UInt64(bytes[start + offset])
        }
        #expect(EightBytes(bytes.span, part: start..<start + count).word == expected)
      }
    }
  }

  @Test func `bytes are found and counted in parts of any length and place`() {
    // Runs longer than the 2040 bytes that are summed at a time.
    var bytes = [UInt8](repeating: 65, count: 5000)
    for index in stride(from: 0, to: 2600, by: 7) { bytes[index] = 10 }
    for index in 2600..<5000 { bytes[index] = 10 }
    for start in [0, 1, 7, 8, 2500, 4990] {
      for length in [0, 1, 9, 2100, 5000] {
        let part = start..<min(start + length, bytes.count)
        let count = bytes.span.count(of: 10, in: part)
        let places: [Int] = part.filter { bytes[$0] == 10 }
        #expect(count == places.count)
        let first = bytes.span.firstIndex(of: 10, in: part)
        #expect(first == places.first ?? part.upperBound)
      }
    }
  }
}
