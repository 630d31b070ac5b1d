/// The words of a text as the verifier sees them.
///
/// A *hard* term is a name or a number: it must occur in the evidence letter by letter. A *soft*
/// term is any other content word: the evidence may say it with other words.
public struct Terms: Sendable, Equatable {
  /// Names and numbers in order of appearance, lower-cased.
  public private(set) var hard: [String] = []
  /// Other content words in order of appearance, lower-cased.
  public private(set) var soft: [String] = []
  /// All words, lower-cased, function words included.
  public private(set) var all: [String] = []

  /// Splits a text; words are maximal runs of letters, digits, apostrophes and hyphens.
  public init(_ text: String) {
    var word = ""
    for character in text {
      if character.isLetter || character.isNumber || character == "-" || character == "'" {
        word.append(character)
      } else {
        add(word)
        word = ""
      }
    }
    add(word)
  }

  private mutating func add(_ raw: String) {
    let word = raw.hasSuffix("'s") ? String(raw.dropLast(2)) : raw
    guard let first = word.first, first != "-" || word.count > 1 else { return }
    let lower = word.lowercased()
    all.append(lower)
    if Self.functionWords.contains(lower) { return }
    if first.isUppercase || word.contains(where: \.isNumber) {
      hard.append(lower)
    } else {
      soft.append(lower)
    }
  }

  /// Words that say nothing about the world.
  static let functionWords: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "been", "being", "but", "by", "did", "do", "does",
    "for", "from", "had", "has", "have", "he", "her", "him", "his", "i", "if", "in", "into", "is",
    "it", "its", "me", "my", "no", "not", "of", "on", "one", "or", "our", "she", "so", "some",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to",
    "was", "we", "were", "what", "when", "where", "which", "who", "whose", "will", "with", "you",
    "your",
  ]
}
