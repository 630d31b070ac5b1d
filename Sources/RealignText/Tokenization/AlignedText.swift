/// A text on its way through normalisation, each byte with the bytes of the original it stands for.
struct AlignedText: Sendable {
  /// Well-formed UTF-8.
  let bytes: [UInt8]
  /// First and past-the-last source byte of every byte; empty where byte `i` is source byte
  /// `origin + i`.
  fileprivate let lower: [Int32]
  fileprivate let upper: [Int32]
  fileprivate let origin: Int

  /// A text that is its own source, which begins at `origin`.
  init(_ bytes: [UInt8], origin: Int = 0) {
    self.init(bytes: bytes, lower: [], upper: [], origin: origin)
  }

  fileprivate init(bytes: [UInt8], lower: [Int32], upper: [Int32], origin: Int) {
    self.bytes = bytes
    self.lower = lower
    self.upper = upper
    self.origin = origin
  }

  /// The whole text.
  var range: Range<Int> { 0..<bytes.count }

  /// The source bytes that a stretch of the text stands for.
  func source(of range: Range<Int>) -> Range<Int> {
    guard !lower.isEmpty else {
      return origin + range.lowerBound..<origin + range.upperBound
    }
    if range.isEmpty {
      let place =
        range.lowerBound < lower.count ? Int(lower[range.lowerBound]) : Int(upper.last ?? 0)
      return place..<place
    }
    let start = Int(lower[range.lowerBound])
    return start..<max(start, Int(upper[range.upperBound - 1]))
  }
}

/// Writes a text anew, piece by piece, keeping track of what each byte stands for.
struct AlignedTextBuilder {
  /// The text that is rewritten.
  let text: AlignedText
  private var bytes: [UInt8] = []
  private var lower: [Int32] = []
  private var upper: [Int32] = []
  /// Whether anything differs from the text so far, so that sources must be kept.
  private var isChanged = false
  /// The start of what was copied so far.
  private var start: Int?

  /// Begins with nothing written.
  init(_ text: AlignedText) {
    self.text = text
    bytes.reserveCapacity(text.bytes.count)
  }

  /// The number of bytes written.
  var count: Int { bytes.count }

  /// Takes over a stretch of the text.
  mutating func copy(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    if start == nil { start = range.lowerBound }
    if let start, start + bytes.count != range.lowerBound || !text.lower.isEmpty {
      keepSources()
    }
    bytes.append(contentsOf: text.bytes[range])
    guard isChanged else { return }
    if text.lower.isEmpty {
      for position in range {
        lower.append(Int32(truncatingIfNeeded: text.origin + position))
        upper.append(Int32(truncatingIfNeeded: text.origin + position + 1))
      }
    } else {
      lower.append(contentsOf: text.lower[range])
      upper.append(contentsOf: text.upper[range])
    }
  }

  /// Writes bytes that stand for a stretch of the text.
  mutating func put(_ content: some Collection<UInt8>, for range: Range<Int>) {
    keepSources()
    let source = text.source(of: range)
    bytes.append(contentsOf: content)
    lower.append(
      contentsOf: repeatElement(Int32(truncatingIfNeeded: source.lowerBound), count: content.count)
    )
    upper.append(
      contentsOf: repeatElement(Int32(truncatingIfNeeded: source.upperBound), count: content.count)
    )
  }

  /// The text written.
  func finish() -> AlignedText {
    AlignedText(
      bytes: bytes,
      lower: lower,
      upper: upper,
      origin: isChanged ? 0 : text.origin + (start ?? 0)
    )
  }

  /// From here on the written text is not a stretch of the source.
  private mutating func keepSources() {
    guard !isChanged else { return }
    isChanged = true
    let first = text.origin + (start ?? 0)
    lower = (0..<bytes.count).map { Int32(truncatingIfNeeded: first + $0) }
    upper = lower.map { $0 + 1 }
  }
}
