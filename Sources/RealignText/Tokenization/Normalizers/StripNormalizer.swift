/// `Strip`: white space at the ends is removed.
struct StripNormalizer: TextNormalizer {
  private let stripsLeft: Bool
  private let stripsRight: Bool

  init(_ settings: ComponentSettings) throws {
    stripsLeft = try settings.flag("strip_left", default: true)
    stripsRight = try settings.flag("strip_right", default: true)
  }

  func apply(_ text: AlignedText) -> AlignedText {
    let bytes = text.bytes
    var low = 0
    while stripsLeft, low < bytes.count {
      let (value, length) = ScalarClassTable.decode(bytes, at: low)
      guard UnicodeProperties.isSpace(value) else { break }
      low += length
    }
    var high = bytes.count
    while stripsRight, high > low {
      var start = high - 1
      while bytes[start] & 0xC0 == 0x80 { start -= 1 }
      guard UnicodeProperties.isSpace(ScalarClassTable.decode(bytes, at: start).value) else {
        break
      }
      high = start
    }
    var builder = AlignedTextBuilder(text)
    builder.copy(low..<high)
    return builder.finish()
  }
}
