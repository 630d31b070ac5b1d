/// Looks for one text in another in time linear in both, however repetitive they are.
///
/// Source: Knuth, Morris and Pratt (1977), "Fast Pattern Matching in Strings".
struct TextSearch {
  private let needle: [TextUnit]
  /// For each prefix of the needle, the length of its longest border.
  private var borders: [Int]

  init(_ needle: TemplateText) {
    self.needle = needle.units
    borders = [Int](repeating: 0, count: needle.count)
    var length = 0
    for position in 1..<max(needle.count, 1) {
      while length > 0, needle.units[position].value != needle.units[length].value {
        length = borders[length - 1]
      }
      if needle.units[position].value == needle.units[length].value { length += 1 }
      borders[position] = length
    }
  }

  /// Where the needle first stands at or after `start`; an empty one stands everywhere.
  func first(in units: [TextUnit], from start: Int = 0) -> Int? {
    guard !needle.isEmpty else { return start <= units.count ? start : nil }
    var length = 0
    var position = start
    while position < units.count {
      while length > 0, units[position].value != needle[length].value {
        length = borders[length - 1]
      }
      if units[position].value == needle[length].value { length += 1 }
      position += 1
      if length == needle.count { return position - length }
    }
    return nil
  }

  /// Where the needle stands, leftmost first and without overlap, at most `limit` times.
  ///
  /// - Precondition: The needle is not empty.
  func all(in units: [TextUnit], limit: Int = .max) -> [Int] {
    precondition(!needle.isEmpty, "an empty text stands everywhere")
    var result: [Int] = []
    var position = 0
    while result.count < limit, let found = first(in: units, from: position) {
      result.append(found)
      position = found + needle.count
    }
    return result
  }
}
