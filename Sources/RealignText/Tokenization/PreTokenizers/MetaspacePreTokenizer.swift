/// `Metaspace`: spaces become a visible character, at which words begin.
struct MetaspacePreTokenizer: PreTokenizer {
  /// Which pieces get the visible character in front.
  enum Scheme: String, CaseIterable, Sendable {
    /// All that do not have it.
    case always
    /// One at the very start of the text.
    case first
    /// None.
    case never
  }

  private let replacement: [UInt8]
  private let scheme: Scheme
  private let splits: Bool

  init(_ settings: ComponentSettings) throws {
    replacement = UnicodeProperties.utf8(try settings.character("replacement"))
    scheme = try Self.scheme(settings)
    splits = try settings.flag("split", default: true)
  }

  var growth: Double { Double(1 + replacement.count) }

  /// `prepend_scheme`, or what older files say instead.
  static func scheme(_ settings: ComponentSettings) throws -> Scheme {
    let addsPrefixSpace = try settings.flag("add_prefix_space", default: true)
    return try settings.choice("prepend_scheme", default: addsPrefixSpace ? .always : .never)
  }

  func apply(_ list: inout PieceList) {
    list.rewrite { builder, piece in
      let bytes = builder.text.bytes
      let first = bytes[piece.lowerBound]
      let isFirst = builder.text.source(of: piece).lowerBound == 0
      let begins = first == 0x20 || bytes[piece].starts(with: replacement)
      if !begins, scheme == .always || (scheme == .first && isFirst) {
        let end = piece.lowerBound + UTF8Length.ofScalar(startingWith: first)
        builder.put(replacement, for: piece.lowerBound..<end)
      }
      var copied = piece.lowerBound
      for position in piece where bytes[position] == 0x20 {
        builder.copy(copied..<position)
        builder.put(replacement, for: position..<position + 1)
        copied = position + 1
      }
      builder.copy(copied..<piece.upperBound)
    }
    if splits { list.split(by: .literal(replacement), .mergedWithNext) }
  }
}
