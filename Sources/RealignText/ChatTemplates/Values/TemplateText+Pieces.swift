/// Cutting and joining texts, as the methods of Python's `str` do.
extension TemplateText {
  /// Which ends `stripped` works on.
  enum End { case left, right, both }

  /// Without white space, or without any of the given characters, at the ends.
  func stripped(_ characters: TemplateText? = nil, _ end: End = .both) -> TemplateText {
    let removed = characters.map { Set($0.units.map(\.value)) }
    func isRemoved(_ unit: TextUnit) -> Bool {
      removed.map { $0.contains(unit.value) } ?? unit.isSpace
    }
    var low = 0
    var high = units.count
    if end != .right { while low < high, isRemoved(units[low]) { low += 1 } }
    if end != .left { while low < high, isRemoved(units[high - 1]) { high -= 1 } }
    return TemplateText(units: Array(units[low..<high]), isMarkup: isMarkup)
  }

  /// Cut at white space, runs of it counting as one, at most `limit` times.
  func words(limit: Int = .max) -> [TemplateText] {
    var result: [TemplateText] = []
    var position = 0
    while true {
      while position < units.count, units[position].isSpace { position += 1 }
      guard position < units.count else { return result }
      guard result.count < limit else {
        return result + [TemplateText(units: units[position...])]
      }
      let start = position
      while position < units.count, !units[position].isSpace { position += 1 }
      result.append(TemplateText(units: units[start..<position]))
    }
  }

  /// Cut at a separator, at most `limit` times.
  ///
  /// - Precondition: The separator is not empty.
  func split(at separator: TemplateText, limit: Int = .max) -> [TemplateText] {
    var result: [TemplateText] = []
    var start = 0
    for found in TextSearch(separator).all(in: units, limit: limit) {
      result.append(TemplateText(units: units[start..<found]))
      start = found + separator.count
    }
    result.append(TemplateText(units: units[start...]))
    return result
  }

  /// The characters from last to first.
  func reversed() -> TemplateText {
    TemplateText(units: Array(units.reversed()), isMarkup: isMarkup)
  }

  /// Cut at line ends; `keepingEnds` leaves them on the lines.
  func lines(keepingEnds: Bool = false) -> [TemplateText] {
    var result: [TemplateText] = []
    var start = 0
    var position = 0
    while position < units.count {
      guard units[position].isLineBreak else {
        position += 1
        continue
      }
      let end = position
      let isPair =
        units[position].value == 0x0D && position + 1 < units.count
        && units[position + 1].value == 0x0A
      position += isPair ? 2 : 1
      result.append(TemplateText(units: units[start..<(keepingEnds ? position : end)]))
      start = position
    }
    if start < units.count { result.append(TemplateText(units: units[start...])) }
    return result
  }

  /// The number of characters that `replacing` would give.
  func countReplacing(_ old: TemplateText, _ new: TemplateText, limit: Int) -> Double {
    let places =
      old.isEmpty
      ? min(count + 1, limit) : TextSearch(old).all(in: units, limit: limit).count
    return Double(count) + Double(places) * Double(new.count - old.count)
  }

  /// Every occurrence of a text replaced, at most `limit` of them; an empty one occurs between
  /// all characters.
  func replacing(_ old: TemplateText, _ new: TemplateText, limit: Int = .max) -> TemplateText {
    guard !old.isEmpty else { return interspersed(new, limit: limit) }
    var result = TemplateText()
    var start = 0
    for found in TextSearch(old).all(in: units, limit: limit) {
      result.units.append(contentsOf: units[start..<found])
      result.append(new)
      start = found + old.count
    }
    result.units.append(contentsOf: units[start...])
    return result
  }

  private func interspersed(_ new: TemplateText, limit: Int) -> TemplateText {
    var result = TemplateText()
    for (position, unit) in units.enumerated() {
      if position < limit { result.append(new) }
      result.units.append(unit)
    }
    if units.count < limit { result.append(new) }
    return result
  }

  /// Whether another text stands at the beginning.
  func hasPrefix(_ other: TemplateText) -> Bool {
    other.count <= count && zip(units, other.units).allSatisfy { $0.value == $1.value }
  }

  /// Whether another text stands at the end.
  func hasSuffix(_ other: TemplateText) -> Bool {
    other.count <= count
      && zip(units.suffix(other.count), other.units).allSatisfy { $0.value == $1.value }
  }

  /// Whether another text stands anywhere.
  func contains(_ other: TemplateText) -> Bool {
    TextSearch(other).first(in: units) != nil
  }

  /// The texts in a row with this one between them.
  func joining(_ parts: [TemplateText]) -> TemplateText {
    var result = TemplateText()
    for (position, part) in parts.enumerated() {
      if position > 0 { result.append(self) }
      result.append(part)
    }
    return result
  }

  /// With the characters that HTML gives a meaning written as entities, as MarkupSafe does.
  func escapedForHTML() -> TemplateText {
    var result = TemplateText(units: [], isMarkup: true)
    for unit in units {
      let entity: String? =
        switch unit.scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "'": "&#39;"
        case "\"": "&#34;"
        default: nil
        }
      guard let entity else {
        result.units.append(unit)
        continue
      }
      for scalar in entity.unicodeScalars { result.units.append(unit.with(scalar)) }
    }
    return result
  }
}
