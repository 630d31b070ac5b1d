/// The terms of a user's question, made safe for SQLite's full-text query language.
enum SearchTerms {
  /// More distinct terms than this are not looked up; a question has far fewer.
  static let limit = 256

  /// The distinct terms of a text in order of first use, in lower case.
  ///
  /// A term is a run of letters, digits and combining marks, as FTS5's `unicode61` tokenizer sees
  /// it.
  static func terms(of text: String) -> [String] {
    var terms: [String] = []
    var seen: Set<String> = []
    var term = String.UnicodeScalarView()
    func close() {
      guard !term.isEmpty else { return }
      let lowered = String(term).lowercased()
      if terms.count < limit, seen.insert(lowered).inserted { terms.append(lowered) }
      term = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      if isTermScalar(scalar, continuing: !term.isEmpty) { term.append(scalar) } else { close() }
    }
    close()
    return terms
  }

  /// A query that matches passages with at least one of the terms.
  ///
  /// Each term is a quoted string, with quotes in it doubled, so nothing in it is an operator.
  static func matchExpression(for terms: [String]) -> String {
    terms.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " OR ")
  }

  private static func isTermScalar(_ scalar: Unicode.Scalar, continuing: Bool) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber, .privateUse:
      true
    case .nonspacingMark: continuing
    default: false
    }
  }
}
