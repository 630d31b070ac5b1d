/// Tokens and texts in order, each with a segment type (Devlin and others 2019, section 3).
struct TextTemplate: Sendable, Equatable {
  /// What stands at one place.
  enum Content: Sendable, Equatable {
    case tokens([Int32])
    /// The text of a number, from 0.
    case text(Int)
  }

  /// A place and the type of its tokens.
  struct Piece: Sendable, Equatable {
    var content: Content
    var type: Int32 = 0
  }

  var pieces: [Piece]

  /// The tokens that the template adds to its texts.
  var added: [Int32] {
    pieces.flatMap { piece -> [Int32] in
      guard case .tokens(let ids) = piece.content else { return [] }
      return ids
    }
  }

  /// The texts' numbers, in order.
  var texts: [Int] {
    pieces.compactMap { piece in
      guard case .text(let number) = piece.content else { return nil }
      return number
    }
  }

  /// The template filled with the ids of its texts.
  func fill(_ texts: [[Int32]]) -> TypedTokens {
    var result = TypedTokens()
    for piece in pieces {
      switch piece.content {
      case .tokens(let ids): result.append(ids, type: piece.type)
      case .text(let number): result.append(texts[number], type: piece.type)
      }
    }
    return result
  }
}

/// What is put around one text and around two.
struct TextTemplates: Sendable, Equatable {
  var single = TextTemplate(pieces: [.init(content: .text(0))])
  /// `nil` where two texts cannot be joined.
  var pair: TextTemplate? = TextTemplate(pieces: [
    .init(content: .text(0)), .init(content: .text(1), type: 1),
  ])

  /// The same without a pair whose tokens do not exist.
  func known(_ idExists: (Int32) -> Bool) -> TextTemplates {
    var result = self
    if let pair, !pair.added.allSatisfy(idExists) { result.pair = nil }
    return result
  }
}
