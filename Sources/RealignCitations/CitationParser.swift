import RealignKnowledge

/// Takes responses with citations apart.
///
/// Markers are `[1]`, `[1][2]`, `[1, 2]`, `[1-3]`, `[^1]` and `[1](link)`. One after the end of a
/// sentence on the same line belongs to that sentence; one at the start of a line to the sentence
/// after it. A list of sources at the end, lines such as `[1] Title` after a blank line or a
/// heading such as `References:`, is read as such and makes no sentences.
public enum CitationParser {
  /// The sentences of a response with what they cite, without the list of sources.
  public static func parse(_ text: String) -> [CitedSentence] { parseResponse(text).sentences }

  /// A response taken apart.
  public static func parseResponse(_ text: String) -> CitedResponse {
    let scalars = Array(text.unicodeScalars)
    let list = ReferenceList.find(in: scalars)
    let body = Array(scalars[..<list.start])
    let markers = CitationMarker.find(in: body)
    let stripped = StrippedText(body, without: markers)
    let sentences = SentenceSplitter.split(stripped.text, lineBreaks: .significant)
      .filter { sentence in sentence.text.unicodeScalars.contains(where: isWordScalar) }
    guard !sentences.isEmpty else {
      var dangling = Attribution()
      for marker in markers { dangling.add(marker, isAfterStop: false) }
      return CitedResponse(
        sentences: [],
        references: list.entries,
        danglingCitations: dangling.numbers,
        danglingMalformed: dangling.malformed
      )
    }
    var attributions = Array(repeating: Attribution(), count: sentences.count)
    for (marker, position) in zip(markers, stripped.markerPositions) {
      let owner = owner(of: position, sentences, stripped)
      attributions[owner].add(
        marker,
        isAfterStop: position >= sentences[owner].range.upperBound
          && endsWithTerminator(sentences[owner].text)
      )
    }
    return CitedResponse(
      sentences: zip(sentences, attributions).map { sentence, attribution in
        attribution.sentence(sentence.text, at: stripped.originalRange(of: sentence.range))
      },
      references: list.entries
    )
  }

  /// The sentence that a marker at a position of the stripped text belongs to.
  private static func owner(
    of position: Int,
    _ sentences: [Sentence],
    _ stripped: StrippedText
  ) -> Int {
    let next = sentences.firstIndex { $0.range.upperBound > position } ?? sentences.count
    guard next < sentences.count else { return sentences.count - 1 }
    // Inside a sentence, or before the first one.
    if position > sentences[next].range.lowerBound || next == 0 { return next }
    let gap = sentences[next - 1].range.upperBound..<position
    return stripped.hasLineBreak(in: gap) ? next : next - 1
  }

  private static func endsWithTerminator(_ text: String) -> Bool {
    let closers: Set<Unicode.Scalar> = ["\"", "'", ")", "”", "’", "»", "*"]
    let last = text.unicodeScalars.reversed().first { !closers.contains($0) }
    return last.map { Set<Unicode.Scalar>([".", "!", "?", "…", "。", "！", "？"]).contains($0) }
      ?? false
  }

  static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  /// What has been attributed to one sentence.
  private struct Attribution {
    var numbers: [Int] = []
    var repeated = 0
    var malformed: [String] = []
    var beforeStop = 0
    var afterStop = 0
    var range: Range<Int>?

    mutating func add(_ marker: CitationMarker, isAfterStop: Bool) {
      switch marker.content {
      case .malformed(let text): malformed.append(text)
      case .numbers(let cited):
        for number in cited {
          if numbers.contains(number) { repeated += 1 } else { numbers.append(number) }
        }
      }
      if isAfterStop { afterStop += 1 } else { beforeStop += 1 }
      let low = min(range?.lowerBound ?? marker.range.lowerBound, marker.range.lowerBound)
      range = low..<marker.range.upperBound
    }

    func sentence(_ text: String, at place: Range<Int>) -> CitedSentence {
      let low = min(place.lowerBound, range?.lowerBound ?? place.lowerBound)
      let high = max(place.upperBound, range?.upperBound ?? place.upperBound)
      return CitedSentence(
        text: text,
        range: low..<high,
        citations: numbers,
        repeatedCitations: repeated,
        malformed: malformed,
        markersBeforeStop: beforeStop,
        markersAfterStop: afterStop
      )
    }
  }
}
