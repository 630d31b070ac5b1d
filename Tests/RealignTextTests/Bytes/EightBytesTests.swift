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
    bytes.enumerated().reduce(0) { isIn($1.element) ? $0 | 0x80 << UInt64(8 * $1.offset) : $0 }
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
        let expected = (0..<count).reduce(UInt64(0)) {
          $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1)
        }
        #expect(EightBytes(bytes.span, part: start..<start + count).word == expected)
      }
    }
  }

  @Test func `bytes are found and counted in parts of any length and place`() {
    // Runs longer than the 2040 bytes that are summed at a time.
    let bytes = (0..<5000).map { UInt8($0 % 7 == 0 || $0 > 2600 ? 10 : 65 + $0 % 26) }
    for start in [0, 1, 7, 8, 2500, 4990] {
      for end in [start, start + 1, start + 9, 4999, 5000] {
        let part = start..<min(end, 5000)
        #expect(bytes.span.count(of: 10, in: part) == bytes[part].count { $0 == 10 })
        let first = bytes[part].firstIndex(of: 10) ?? part.upperBound
        #expect(bytes.span.firstIndex(of: 10, in: part) == first)
      }
    }
  }
}
