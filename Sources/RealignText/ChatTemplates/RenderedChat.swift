/// The text of a conversation, with where its characters come from.
public struct RenderedChat: Sendable, Equatable {
  /// The text.
  public let text: String
  /// The UTF-8 bytes of `text` that come from messages, tools or documents, in order.
  ///
  /// Special tokens must not be recognised there: `encode(_:content:)` of tokenizers takes care.
  public let contentRanges: [Range<Int>]
  /// The UTF-8 bytes of `text` that the template wrote inside `{% generation %}`, in order.
  ///
  /// This is what the assistant said; empty for templates without such blocks.
  public let generationRanges: [Range<Int>]

  /// A text of known origins.
  public init(text: String, contentRanges: [Range<Int>], generationRanges: [Range<Int>]) {
    self.text = text
    self.contentRanges = contentRanges
    self.generationRanges = generationRanges
  }

  init(_ units: [TextUnit]) {
    var view = String.UnicodeScalarView()
    var content: [Range<Int>] = []
    var generation: [Range<Int>] = []
    var position = 0
    for unit in units {
      let scalar = unit.scalar
      view.append(scalar)
      let range = position..<(position + UTF8.width(scalar))
      position = range.upperBound
      if unit.isContent { Self.extend(&content, by: range) }
      if unit.isGenerated { Self.extend(&generation, by: range) }
    }
    self.init(text: String(view), contentRanges: content, generationRanges: generation)
  }

  private static func extend(_ ranges: inout [Range<Int>], by range: Range<Int>) {
    if let last = ranges.last, last.upperBound == range.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
    } else {
      ranges.append(range)
    }
  }
}
