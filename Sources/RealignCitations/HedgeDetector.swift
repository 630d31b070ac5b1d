/// A word or phrase that weakens what is said.
public struct Hedge: Sendable, Equatable {
  /// The wording, in lower case.
  public let phrase: String
  /// Where it stands, in Unicode scalars.
  public let range: Range<Int>

  /// A hedge at a place.
  public init(phrase: String, range: Range<Int>) {
    self.phrase = phrase
    self.range = range
  }
}

/// Recognises low-confidence wording, such as *probably* or *I think*, by a list of English
/// phrases.
///
/// *May* is no hedge when it is the month (written with a capital within a sentence, or beside a
/// number) nor *might* when it is the noun (after *the*, *of* or a possessive).
public enum HedgeDetector {
  /// The hedges of a text, in order; of overlapping phrases the longest.
  public static func hedges(in text: String) -> [Hedge] {
    let words = PhraseText.locatedWords(text)
    let scalars = Array(text.unicodeScalars)
    var hedges: [Hedge] = []
    var position = 0
    while position < words.count {
      let length = phrases.first { phrase in
        words[position...].map(\.word).starts(with: phrase)
      }?.count
      guard let length, !isOtherMeaning(words, position, scalars) else {
        position += 1
        continue
      }
      let range = words[position].range.lowerBound..<words[position + length - 1].range.upperBound
      hedges.append(
        Hedge(
          phrase: words[position..<(position + length)].map(\.word).joined(separator: " "),
          range: range
        )
      )
      position += length
    }
    return hedges
  }

  /// Whether a text has a hedge.
  public static func isHedged(_ text: String) -> Bool { !hedges(in: text).isEmpty }

  private static func isOtherMeaning(
    _ words: [(word: String, range: Range<Int>)],
    _ position: Int,
    _ scalars: [Unicode.Scalar]
  ) -> Bool {
    let word = words[position]
    let before = position > 0 ? words[position - 1].word : ""
    let after = position + 1 < words.count ? words[position + 1].word : ""
    switch word.word {
    case "may":
      let isCapital = scalars[word.range.lowerBound] == "M" && position > 0
      return isCapital || before.allSatisfy(\.isNumber) && !before.isEmpty
        || after.allSatisfy(\.isNumber) && !after.isEmpty
    case "might": return ["the", "of", "with", "his", "her", "its", "their"].contains(before)
    default: return false
    }
  }

  /// Longest first, so that the longest wins.
  private static let phrases: [[String]] = [
    "as far as i know", "to the best of my knowledge", "if i remember correctly",
    "i am not entirely sure", "i'm not entirely sure", "i am not certain", "i'm not certain",
    "it is possible that", "it's possible that", "there is a chance", "could possibly",
    "i am not sure", "i'm not sure", "not entirely sure", "not completely certain",
    "it seems", "it appears", "appears to", "seems to", "i think", "i believe", "i guess",
    "i suppose", "i assume", "i suspect", "could be", "more or less", "not certain", "not sure",
    "in my opinion", "probably", "perhaps", "maybe", "possibly", "presumably", "likely",
    "supposedly", "apparently", "arguably", "conceivably", "might", "may", "unsure", "uncertain",
    "allegedly",
  ].map(PhraseText.words).sorted { $0.count > $1.count }
}
