import RealignKnowledge

/// A statement and the numbers of the passages it rests on.
public struct CitedStatement: Sendable, Equatable {
  /// One sentence without markers, with or without its full stop.
  public let text: String
  /// Passage numbers, from 1; none for a statement that cites nothing.
  public let citations: [Int]

  /// A statement.
  public init(_ text: String, citations: [Int] = []) {
    self.text = text
    self.citations = citations
  }
}

/// Writes statements with their citations in a format.
///
/// What it writes, `CitationParser` reads back: the same citations, sentence by sentence, conforming
/// to the format.
public struct CitationRenderer: Sendable, Equatable {
  /// The format.
  public let format: CitationFormat

  /// A renderer for a format.
  public init(format: CitationFormat) { self.format = format }

  /// A response made of statements, with a list of the cited passages where the format has one.
  ///
  /// - Parameter passages: The passages by number: the first is 1.
  /// - Precondition: Every citation is the number of a passage.
  public func render(_ statements: [CitedStatement], passages: [Passage]) -> String {
    var cited: [Int] = []
    for number in statements.flatMap(\.citations) where !cited.contains(number) {
      precondition(
        number >= 1 && number <= passages.count,
        "citation \(number) is not in 1...\(passages.count)"
      )
      cited.append(number)
    }
    var text = statements.map(sentence).joined(separator: " ")
    guard format.hasReferenceList, !cited.isEmpty else { return text }
    text += format == .bibliography ? "\n\nReferences:" : "\n"
    for number in cited { text += "\n[\(number)] " + Self.description(of: passages[number - 1]) }
    return text
  }

  /// One statement with its markers.
  public func sentence(_ statement: CitedStatement) -> String {
    let markers = statement.citations.map { "[\($0)]" }.joined()
    let terminators: Set<Character> = [".", "!", "?", "…"]
    let closers: Set<Character> = ["\"", "'", ")", "”", "’"]
    let body = statement.text.reversed().drop(while: \.isWhitespace)
    let closing = body.prefix { closers.contains($0) }
    let stops = body.dropFirst(closing.count).prefix { terminators.contains($0) }
    // A stop within a quotation stays there, and the sentence gets one of its own.
    let text = String(String(body.reversed()))
    guard closing.isEmpty else {
      return format.marksBeforeStop ? mark(text, markers) + "." : text + "." + markers
    }
    let stem = String(text.dropLast(stops.count))
    let stop = stops.isEmpty ? "." : String(stops.reversed())
    return format.marksBeforeStop ? mark(stem, markers) + stop : stem + stop + markers
  }

  private func mark(_ text: String, _ markers: String) -> String {
    markers.isEmpty ? text : text + " " + markers
  }

  private static func description(of passage: Passage) -> String {
    let name = passage.title.isEmpty ? passage.documentID : passage.title
    return name + (passage.url.map { ", " + $0 } ?? "")
  }
}
