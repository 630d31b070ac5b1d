import Foundation
import RealignNumerics

/// Text that is to a tokenizer and a JSON reader what English is: words of a long-tailed frequency,
/// sentences, lines, some numbers, quotation marks and letters beyond ASCII.
///
/// The same for the same seed everywhere.
struct EnglishLikeText {
  private var stream: RandomStream
  private let words: [String]

  private static let onsets = [
    "", "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "w", "st", "tr", "th",
    "pr", "pl", "ch", "sh",
  ]
  private static let nuclei = ["a", "e", "i", "o", "u", "e", "a", "i", "ea", "ou", "io", "ee"]
  private static let codas = ["", "", "", "n", "r", "s", "t", "l", "nd", "ng", "st", "m"]
  /// Words in use; those of English books are several ten thousand.
  private static let vocabularySize = 40_000

  init(seed: UInt64) {
    var stream = RandomStream(seed: seed, name: "bench/text")
    func pick(_ list: [String]) -> String { list[stream.uniform(below: list.count)] }
    words = (0..<Self.vocabularySize).map { rank in
      // Frequent words are short (Zipf 1935).
      let syllables = 1 + stream.uniform(below: rank < 100 ? 1 : rank < 5000 ? 3 : 4)
      let word = (0..<syllables).map { _ in
        pick(Self.onsets) + pick(Self.nuclei) + pick(Self.codas)
      }.joined()
      return rank % 97 == 96 ? word + "é" : word
    }
    self.stream = stream
  }

  /// The next text, of at least so many bytes.
  mutating func text(bytes: Int) -> String {
    var text = ""
    var lineLength = 0
    var isSentenceStart = true
    while text.utf8.count < bytes {
      let word = nextWord()
      text += isSentenceStart ? word.prefix(1).uppercased() + word.dropFirst() : word
      lineLength += word.utf8.count + 1
      isSentenceStart = stream.uniform(below: 14) == 0
      if isSentenceStart { text += "." } else if stream.uniform(below: 12) == 0 { text += "," }
      if lineLength > 400 {
        text += "\n\n"
        lineLength = 0
      } else {
        text += " "
      }
    }
    return text
  }

  private mutating func nextWord() -> String {
    switch stream.uniform(below: 60) {
    case 0: return String(stream.uniform(below: 3000))
    case 1: return "\"" + zipfWord() + "\""
    case 2: return zipfWord() + "'s"
    default: return zipfWord()
    }
  }

  /// A word of a rank whose logarithm is uniform: frequency falls as one over the rank.
  private mutating func zipfWord() -> String {
    let rank = pow(Double(Self.vocabularySize), stream.uniform())
    return words[min(words.count, Int(rank)) - 1]
  }
}
