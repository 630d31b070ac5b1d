/// Stretches of a text that are tokenized apart from each other.
struct PieceList: Sendable {
  private(set) var text: AlignedText
  private(set) var pieces: [Range<Int>]

  /// A text with the pieces that it begins with.
  init(_ text: AlignedText, pieces: [Range<Int>]) {
    self.text = text
    self.pieces = pieces.filter { !$0.isEmpty }
  }

  /// Replaces each piece by the pieces that the body makes of it, in order; empty ones vanish.
  mutating func split(
    _ body: (_ bytes: [UInt8], _ piece: Range<Int>, _ emit: (Range<Int>) -> Void) -> Void
  ) {
    var result: [Range<Int>] = []
    result.reserveCapacity(pieces.count)
    for piece in pieces {
      body(text.bytes, piece) { if !$0.isEmpty { result.append($0) } }
    }
    pieces = result
  }

  /// Writes each piece anew.
  mutating func rewrite(_ body: (inout AlignedTextBuilder, Range<Int>) -> Void) {
    var builder = AlignedTextBuilder(text)
    var result: [Range<Int>] = []
    result.reserveCapacity(pieces.count)
    for piece in pieces {
      let start = builder.count
      body(&builder, piece)
      if builder.count > start { result.append(start..<builder.count) }
    }
    text = builder.finish()
    pieces = result
  }
}
