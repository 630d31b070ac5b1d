import Testing

@testable import RealignText

/// Where patterns match, as another program says; see `Goldens/make_regex_goldens.py`.
enum RegexGoldens {
  /// The number of texts in a file, and those in which matches differ.
  static func compare(_ path: String) throws -> (cases: Int, different: [String]) {
    var cases = 0
    var different: [String] = []
    for row in try JSONLines.read(path) {
      let pattern = try #require(row.value["pattern"]?.stringValue)
      let regex = try LinearRegex(pattern)
      for item in try #require(row.value["cases"]?.arrayValue) {
        let text = try #require(item["text"]?.stringValue)
        let bytes = Array(text.utf8)
        let found = regex.matches(in: bytes, 0..<bytes.count).filter { !$0.isEmpty }
        let expected = try #require(item["matches"]?.arrayValue).map { pair in
          (pair.arrayValue ?? []).compactMap(\.intValue)
        }
        cases += 1
        if found.map({ [$0.lowerBound, $0.upperBound] }) != expected {
          different.append("\(pattern) in \(text.debugDescription): \(found), not \(expected)")
        }
      }
    }
    return (cases, different)
  }
}
