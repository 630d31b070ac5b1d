/// The list of sources at the end of a response.
struct ReferenceList {
  /// Where it begins, its heading and the white space before it included; the length of the text
  /// when there is none.
  let start: Int
  /// Its entries, in order.
  let entries: [ReferenceEntry]

  /// Finds the list: the last lines, all of the form `[1] Title`, `[1]: Title`, `[^1]: Title` or
  /// `1. Title`, after a heading such as `References:`; without a heading only bracketed numbers
  /// count, and only after a blank line or with a colon.
  static func find(in scalars: [Unicode.Scalar]) -> ReferenceList {
    let none = ReferenceList(start: scalars.count, entries: [])
    let lines = lines(of: scalars)
    var entries: [(line: Int, entry: Entry)] = []
    var first = lines.count
    var heading: Int?
    for index in lines.indices.reversed() {
      let line = lines[index].text
      if line.isEmpty { continue }
      if isHeading(line) {
        heading = index
        break
      }
      guard let entry = entry(line) else { break }
      entries.append((index, entry))
      first = index
    }
    entries.reverse()
    if let heading {
      return ReferenceList(
        start: lines[heading].start,
        entries: entries.map(\.entry.reference)
      )
    }
    // Without a heading the run may have begun too early, in the body.
    while let candidate = entries.first {
      let follows = candidate.line > 0 && lines[candidate.line - 1].text.isEmpty
      let hasBody = lines[..<candidate.line].contains { !$0.text.isEmpty }
      let isEntry = candidate.entry.isBracketed && (follows || candidate.entry.hasColon)
      if isEntry && hasBody { break }
      entries.removeFirst()
    }
    guard let start = entries.first, entries.allSatisfy(\.entry.isBracketed) else { return none }
    first = start.line
    return ReferenceList(start: lines[first].start, entries: entries.map(\.entry.reference))
  }

  private struct Entry {
    let reference: ReferenceEntry
    let isBracketed: Bool
    let hasColon: Bool
  }

  private static func lines(of scalars: [Unicode.Scalar]) -> [(start: Int, text: String)] {
    var lines: [(start: Int, text: String)] = []
    var start = 0
    for position in 0...scalars.count where position == scalars.count || scalars[position] == "\n" {
      let line = CitationMarker.text(scalars[start..<position])
      lines.append((start, trimmed(line[...])))
      start = position + 1
    }
    return lines
  }

  private static func isHeading(_ line: String) -> Bool {
    let words = line.lowercased().filter { $0.isLetter || $0 == " " }
    let names = [
      "references", "sources", "notes", "footnotes", "bibliography", "citations", "works cited",
    ]
    return names.contains(trimmed(words[...]))
  }

  private static func entry(_ line: String) -> Entry? {
    var rest = line[...]
    let isBracketed = rest.first == "["
    if isBracketed { rest = rest.dropFirst() }
    if isBracketed, rest.first == "^" { rest = rest.dropFirst() }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard (1...4).contains(digits.count), let number = Int(digits) else { return nil }
    rest = rest.dropFirst(digits.count)
    guard let close = rest.first, isBracketed ? close == "]" : close == "." || close == ")" else {
      return nil
    }
    rest = rest.dropFirst()
    let hasColon = rest.first == ":"
    if hasColon { rest = rest.dropFirst() }
    let text = trimmed(rest)
    guard !text.isEmpty else { return nil }
    return Entry(
      reference: ReferenceEntry(number: number, text: text),
      isBracketed: isBracketed,
      hasColon: hasColon
    )
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { String(start[...$0]) } ?? ""
  }
}
