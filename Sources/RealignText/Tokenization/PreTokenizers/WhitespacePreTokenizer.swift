/// `Whitespace`: runs of word characters and runs of others that are not white space.
struct WhitespacePreTokenizer: PreTokenizer {
  init(_ settings: ComponentSettings) throws {}

  func apply(_ list: inout PieceList) {
    let table = ScalarClassTable.shared
    list.split { bytes, piece, emit in
      var position = piece.lowerBound
      while position < piece.upperBound {
        let start = position
        let kind = Self.kind(bytes, at: position, table)
        repeat {
          position += UTF8Length.ofScalar(startingWith: bytes[position])
        } while position < piece.upperBound && Self.kind(bytes, at: position, table) == kind
        if kind != .space { emit(start..<position) }
      }
    }
  }

  private enum Kind { case word, space, other }

  private static func kind(
    _ bytes: [UInt8],
    at position: Int,
    _ table: ScalarClassTable
  ) -> Kind {
    if table.isWord(bytes, at: position) { return .word }
    return table.scalar(bytes, at: position).kind == .space ? .space : .other
  }
}
