/// A marker such as `[2]` in a text, found scalar by scalar.
struct CitationMarker: Equatable {
  /// Where it stands, with a link target right after it.
  let range: Range<Int>
  /// What it says.
  let content: Content

  enum Content: Equatable {
    case numbers([Int])
    case malformed(String)
  }

  /// The longest text between brackets that may be a marker.
  private static let longestContent = 40
  /// The widest range such as `[3-6]` that is read as a list.
  private static let widestRange = 20

  /// All markers of a text, in order.
  static func find(in scalars: [Unicode.Scalar]) -> [CitationMarker] {
    var markers: [CitationMarker] = []
    var position = 0
    while position < scalars.count {
      if scalars[position] == "[", let marker = marker(in: scalars, at: position) {
        markers.append(marker)
        position = marker.range.upperBound
      } else {
        position += 1
      }
    }
    return markers
  }

  /// The marker that begins with the bracket at `start`; nil when the bracket is ordinary text.
  private static func marker(in scalars: [Unicode.Scalar], at start: Int) -> CitationMarker? {
    var end = start + 1
    while end < scalars.count, end - start <= longestContent, scalars[end] != "]",
      scalars[end] != "[", scalars[end] != "\n"
    {
      end += 1
    }
    let isClosed = end < scalars.count && scalars[end] == "]"
    let content = Array(scalars[(start + 1)..<end])
    if isClosed {
      if let numbers = numbers(content) {
        return CitationMarker(
          range: start..<linkEnd(in: scalars, after: end + 1),
          content: .numbers(numbers)
        )
      }
      guard looksLikeMarker(content) else { return nil }
      return malformed(scalars, start..<(end + 1))
    }
    // An open bracket: the digits and separators after it are the marker.
    var digits = start + 1
    while digits < end, isNumberScalar(scalars[digits]) { digits += 1 }
    while digits > start + 1, scalars[digits - 1] == " " { digits -= 1 }
    guard scalars[(start + 1)..<digits].contains(where: isDigit) else { return nil }
    return malformed(scalars, start..<digits)
  }

  private static func malformed(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> CitationMarker
  {
    CitationMarker(range: range, content: .malformed(text(scalars[range])))
  }

  /// The numbers of `1`, `^1`, `1, 2`, `1; 2`, `1-3`; nil when the content is anything else.
  private static func numbers(_ content: [Unicode.Scalar]) -> [Int]? {
    var content = content[...]
    if content.first == "^" { content = content.dropFirst() }
    var numbers: [Int] = []
    let parts = content.split(omittingEmptySubsequences: false) { $0 == "," || $0 == ";" }
    for part in parts {
      let bounds = part.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "–" }
        .map { number(text($0[...])) }
      switch (bounds.count, bounds.first ?? nil, bounds.last ?? nil) {
      case (1, let value?, _): numbers.append(value)
      case (2, let low?, let high?):
        guard low < high, high - low < widestRange else { return nil }
        numbers.append(contentsOf: low...high)
      default: return nil
      }
    }
    return numbers.isEmpty ? nil : numbers
  }

  /// A number of at most four digits without leading zeros, spaces around it allowed.
  private static func number(_ text: String) -> Int? {
    let digits = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
    guard (1...4).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      digits.count == 1 || digits.first != "0"
    else { return nil }
    return Int(String(digits))
  }

  /// Whether content that cannot be read was meant as a marker: empty, a question mark, numbers
  /// with something wrong, or a word for a source with a number.
  private static func looksLikeMarker(_ content: [Unicode.Scalar]) -> Bool {
    let text = text(content[...]).lowercased()
    let trimmed = text.filter { $0 != " " }
    if trimmed.isEmpty || trimmed == "?" || trimmed == "citationneeded" { return true }
    if content.allSatisfy({ isNumberScalar($0) || $0 == "^" || $0 == "." || $0 == "–" }) {
      return true
    }
    let letters = trimmed.prefix { $0.isLetter }
    let rest = trimmed.dropFirst(letters.count).filter { $0.isNumber || $0 == "n" || $0 == "?" }
    return sourceWords.contains(String(letters))
      && (!rest.isEmpty || letters.count == trimmed.count)
  }

  private static let sourceWords: Set<String> = [
    "source", "sources", "doc", "docs", "document", "documents", "passage", "passages", "ref",
    "refs", "reference", "references", "cite", "citation", "footnote", "note", "n", "x",
  ]

  /// Past the target of a Markdown link, if one begins at `start`.
  private static func linkEnd(in scalars: [Unicode.Scalar], after start: Int) -> Int {
    guard start < scalars.count, scalars[start] == "(" else { return start }
    var end = start + 1
    while end < scalars.count, scalars[end] != ")", !scalars[end].properties.isWhitespace {
      end += 1
    }
    guard end < scalars.count, scalars[end] == ")" else { return start }
    let target = text(scalars[(start + 1)..<end])
    return target.hasPrefix("http://") || target.hasPrefix("https://") || target.hasPrefix("#")
      ? end + 1 : start
  }

  private static func isNumberScalar(_ scalar: Unicode.Scalar) -> Bool {
    isDigit(scalar) || scalar == " " || scalar == "," || scalar == ";" || scalar == "-"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
