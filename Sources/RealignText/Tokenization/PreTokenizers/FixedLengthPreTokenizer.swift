/// `FixedLength`: pieces of a number of characters.
struct FixedLengthPreTokenizer: PreTokenizer {
  private let length: Int

  init(_ settings: ComponentSettings) throws {
    length = try settings.number("length", in: 1...1_000_000, default: 5)
  }

  func apply(_ list: inout PieceList) {
    list.split { bytes, piece, emit in
      var start = piece.lowerBound
      var position = start
      var count = 0
      while position < piece.upperBound {
        position += UTF8Length.ofScalar(startingWith: bytes[position])
        count += 1
        if count == length || position == piece.upperBound {
          emit(start..<position)
          start = position
          count = 0
        }
      }
    }
  }
}
