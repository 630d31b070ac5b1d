/// `ByteLevel`: words by GPT-2's pattern, each byte spelled by a printable character.
struct ByteLevelPreTokenizer: PreTokenizer {
  private let addsPrefixSpace: Bool
  private let splits: Bool

  init(_ settings: ComponentSettings) throws {
    addsPrefixSpace = try settings.flag("add_prefix_space", default: true)
    splits = try settings.flag("use_regex", default: true)
  }

  var growth: Double { addsPrefixSpace ? 4 : 2 }

  func apply(_ list: inout PieceList) {
    if addsPrefixSpace {
      list.rewrite { builder, piece in
        let first = builder.text.bytes[piece.lowerBound]
        if first != 0x20 {
          let end = piece.lowerBound + UTF8Length.ofScalar(startingWith: first)
          builder.put([0x20], for: piece.lowerBound..<end)
        }
        builder.copy(piece)
      }
    }
    if splits { list.split(by: .words(.gpt2), .isolated) }
    list.rewrite { builder, piece in ByteLevelNormalizer.spell(piece, &builder) }
  }
}
