/// A sentence of a response with what it cites.
public struct CitedSentence: Sendable, Equatable {
  /// The sentence without its markers.
  public let text: String
  /// Where the sentence and its markers stand in the response, in Unicode scalars.
  public let range: Range<Int>
  /// The numbers cited, in order of first mention, each once.
  ///
  /// A number need not be that of a passage.
  public let citations: [Int]
  /// How often a number was repeated within the sentence.
  public let repeatedCitations: Int
  /// Markers that cannot be read, such as `[1,` or `[source 2]`.
  public let malformed: [String]
  /// How many markers stand before the end of the sentence.
  public let markersBeforeStop: Int
  /// How many markers stand after its end and were attributed to it all the same.
  public let markersAfterStop: Int

  /// A sentence of the given parts.
  public init(
    text: String,
    range: Range<Int>,
    citations: [Int],
    repeatedCitations: Int = 0,
    malformed: [String] = [],
    markersBeforeStop: Int = 0,
    markersAfterStop: Int = 0
  ) {
    self.text = text
    self.range = range
    self.citations = citations
    self.repeatedCitations = repeatedCitations
    self.malformed = malformed
    self.markersBeforeStop = markersBeforeStop
    self.markersAfterStop = markersAfterStop
  }
}

/// An entry of the list of sources at the end of a response.
public struct ReferenceEntry: Sendable, Equatable {
  /// The number it explains.
  public let number: Int
  /// What it says of the source.
  public let text: String

  /// An entry.
  public init(number: Int, text: String) {
    self.number = number
    self.text = text
  }
}

/// A response taken apart.
public struct CitedResponse: Sendable, Equatable {
  /// The sentences before the list of sources, in order.
  public let sentences: [CitedSentence]
  /// The list of sources at the end, in order; empty when there is none.
  public let references: [ReferenceEntry]
  /// Numbers in markers that belong to no sentence, as when a response is nothing but `[1]`.
  public let danglingCitations: [Int]
  /// Malformed markers that belong to no sentence.
  public let danglingMalformed: [String]

  /// A response of the given parts.
  public init(
    sentences: [CitedSentence],
    references: [ReferenceEntry] = [],
    danglingCitations: [Int] = [],
    danglingMalformed: [String] = []
  ) {
    self.sentences = sentences
    self.references = references
    self.danglingCitations = danglingCitations
    self.danglingMalformed = danglingMalformed
  }

  /// The numbers cited anywhere, in order of first mention, each once.
  public var citedNumbers: [Int] {
    var seen: Set<Int> = []
    return (sentences.flatMap(\.citations) + danglingCitations).filter { seen.insert($0).inserted }
  }

  /// All malformed markers.
  public var malformed: [String] { sentences.flatMap(\.malformed) + danglingMalformed }

  /// How many markers stand after the full stop.
  public var movedMarkers: Int { sentences.reduce(0) { $0 + $1.markersAfterStop } }

  /// Whether the response has a marker, be it malformed.
  public var hasMarkers: Bool { !citedNumbers.isEmpty || !malformed.isEmpty }

  /// Whether every marker is where a format wants it, readable and not repeated, and the list of
  /// sources, where the format has one, explains each cited number once and no other.
  public func conforms(to format: CitationFormat) -> Bool {
    guard malformed.isEmpty, danglingCitations.isEmpty,
      sentences.allSatisfy({ $0.repeatedCitations == 0 })
    else { return false }
    let misplaced = sentences.contains {
      (format.marksBeforeStop ? $0.markersAfterStop : $0.markersBeforeStop) > 0
    }
    guard !misplaced else { return false }
    guard format.hasReferenceList else { return references.isEmpty }
    return references.map(\.number).sorted() == citedNumbers.sorted()
  }
}
