/// A sentence and its place in a text.
public struct Sentence: Sendable, Equatable {
  /// The sentence without white space around it.
  public let text: String
  /// Where it stands, in Unicode scalars from the start of the text.
  public let range: Range<Int>

  /// A sentence at a place.
  public init(text: String, range: Range<Int>) {
    self.text = text
    self.range = range
  }
}
