/// A text without its markers, and the way back to the text with them.
struct StrippedText {
  /// The text without markers and without the white space that stood before them.
  let text: String
  /// Where each marker would stand in `text`, in Unicode scalars.
  let markerPositions: [Int]

  private let scalars: [Unicode.Scalar]
  /// For each scalar of `text` its position in the original.
  private let origins: [Int]

  init(_ original: [Unicode.Scalar], without markers: [CitationMarker]) {
    var scalars: [Unicode.Scalar] = []
    var origins: [Int] = []
    var positions: [Int] = []
    var copied = 0
    for marker in markers {
      for position in copied..<max(copied, marker.range.lowerBound) {
        scalars.append(original[position])
        origins.append(position)
      }
      copied = marker.range.upperBound
      let next = copied < original.count ? original[copied] : "\n"
      let takesSpace = next.properties.isWhitespace || !CitationParser.isWordScalar(next)
      while takesSpace, let last = scalars.last, last == " " || last == "\t" {
        scalars.removeLast()
        origins.removeLast()
      }
      positions.append(scalars.count)
      // A stop that the marker kept apart from the next word still ends its sentence.
      if let last = scalars.last, !takesSpace, ".!?…".unicodeScalars.contains(last) {
        scalars.append(" ")
        origins.append(marker.range.lowerBound)
      }
    }
    for position in copied..<max(copied, original.count) {
      scalars.append(original[position])
      origins.append(position)
    }
    self.scalars = scalars
    self.origins = origins
    markerPositions = positions
    text = CitationMarker.text(scalars[...])
  }

  /// The place in the original of a part of `text` that is not empty.
  func originalRange(of range: Range<Int>) -> Range<Int> {
    origins[range.lowerBound]..<(origins[range.upperBound - 1] + 1)
  }

  /// Whether a line ends within a part of `text`.
  func hasLineBreak(in range: Range<Int>) -> Bool {
    scalars[range].contains { $0 == "\n" }
  }
}
