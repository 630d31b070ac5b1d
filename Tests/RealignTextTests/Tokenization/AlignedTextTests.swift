import Testing

@testable import RealignText

struct AlignedTextTests {
  private let text = AlignedText(Array("abcdef".utf8), origin: 100)

  @Test func `a text is its own source from its origin on`() {
    #expect(text.source(of: 1..<3) == 101..<103)
    #expect(text.source(of: 2..<2) == 102..<102)
  }

  @Test func `what is copied keeps its source and what is put stands for its stretch`() {
    var builder = AlignedTextBuilder(text)
    builder.copy(1..<3)
    builder.put(Array("XYZ".utf8), for: 3..<5)
    builder.copy(5..<6)
    let result = builder.finish()
    #expect(result.bytes == Array("bcXYZf".utf8))
    #expect(result.source(of: 0..<1) == 101..<102)
    #expect(result.source(of: 1..<3) == 102..<105)
    #expect(result.source(of: 4..<6) == 103..<106)
  }

  @Test func `sources survive a second rewriting`() {
    var first = AlignedTextBuilder(text)
    first.put(Array("__".utf8), for: 0..<1)
    first.copy(1..<6)
    let middle = first.finish()
    var second = AlignedTextBuilder(middle)
    second.copy(1..<4)
    second.copy(5..<7)
    let result = second.finish()
    #expect(result.bytes == Array("_bcef".utf8))
    #expect(result.source(of: 0..<1) == 100..<101)
    #expect(result.source(of: 3..<5) == 104..<106)
  }

  @Test func `a copied stretch alone needs no table of sources`() {
    var builder = AlignedTextBuilder(text)
    builder.copy(2..<4)
    builder.copy(4..<5)
    #expect(builder.finish().source(of: 1..<3) == 103..<105)
    #expect(AlignedTextBuilder(text).finish().bytes.isEmpty)
  }

  @Test func `pieces are split and rewritten in order, empty ones vanish`() {
    var list = PieceList(text, pieces: [0..<2, 2..<2, 3..<6])
    list.split { _, piece, emit in
      emit(piece.lowerBound..<piece.lowerBound + 1)
      emit(piece.upperBound..<piece.upperBound)
      emit(piece.lowerBound + 1..<piece.upperBound)
    }
    #expect(list.pieces == [0..<1, 1..<2, 3..<4, 4..<6])
    list.rewrite { builder, piece in
      if piece.count == 2 { builder.put([0x21], for: piece) } else { builder.copy(piece) }
    }
    #expect(list.text.bytes == Array("abd!".utf8))
    #expect(list.pieces == [0..<1, 1..<2, 2..<3, 3..<4])
    #expect(list.text.source(of: 2..<4) == 103..<106)
  }
}
