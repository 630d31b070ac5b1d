/// Classes of characters as Python's `str` draws them.
extension TextUnit {
  /// Whether `str.isspace` holds.
  var isSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  /// Whether `str.splitlines` ends a line here.
  var isLineBreak: Bool {
    switch value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Whether `str.isalpha` holds.
  var isLetter: Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Whether `str.isdecimal` holds.
  var isDecimal: Bool { scalar.properties.generalCategory == .decimalNumber }

  /// Whether `str.isdigit` holds.
  var isDigit: Bool {
    switch scalar.properties.numericType {
    case .decimal, .digit: true
    default: false
    }
  }

  /// Whether `str.isnumeric` holds.
  var isNumeric: Bool { scalar.properties.numericType != nil }

  /// Whether Python's `repr` shows the character as it is.
  var isPrintable: Bool {
    if value < 0x7F { return value >= 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  /// Whether the character has a case.
  var isCased: Bool { scalar.properties.isCased }
}

extension TemplateText {
  /// Upper case, as `str.upper` does.
  func uppercased() -> TemplateText { mapped { $0.uppercaseMapping } }

  /// Lower case, as `str.lower` does.
  func lowercased() -> TemplateText { lowercased(from: 0) }

  /// The first character in title case, the others in lower case.
  func capitalized() -> TemplateText {
    guard let first = units.first else { return self }
    var result = TemplateText(units: [], isMarkup: isMarkup)
    for scalar in first.scalar.properties.titlecaseMapping.unicodeScalars {
      result.units.append(first.with(scalar))
    }
    result.append(lowercased(from: 1))
    return result
  }

  /// Each word with its first letter in title case, as `str.title` does.
  func titlecased() -> TemplateText {
    var result = TemplateText(units: [], isMarkup: isMarkup)
    var followsCased = false
    for (position, unit) in units.enumerated() {
      let properties = unit.scalar.properties
      let mapped =
        followsCased ? lower(position) : properties.titlecaseMapping
      for scalar in mapped.unicodeScalars { result.units.append(unit.with(scalar)) }
      followsCased = unit.isCased
    }
    return result
  }

  /// Upper case where it was lower and the other way round.
  func caseSwapped() -> TemplateText {
    mapped {
      $0.isUppercase ? $0.lowercaseMapping : $0.isLowercase ? $0.uppercaseMapping : nil
    }
  }

  private func mapped(
    _ mapping: (Unicode.Scalar.Properties) -> String?
  ) -> TemplateText {
    var result = TemplateText(units: [], isMarkup: isMarkup)
    result.units.reserveCapacity(units.count)
    for unit in units {
      guard let text = mapping(unit.scalar.properties) else {
        result.units.append(unit)
        continue
      }
      for scalar in text.unicodeScalars { result.units.append(unit.with(scalar)) }
    }
    return result
  }

  private func lowercased(from start: Int) -> TemplateText {
    var result = TemplateText(units: [], isMarkup: isMarkup)
    result.units.reserveCapacity(units.count)
    for position in start..<max(units.count, start) {
      for scalar in lower(position).unicodeScalars {
        result.units.append(units[position].with(scalar))
      }
    }
    return result
  }

  /// The lower case of one character; a capital sigma at the end of a word has its own.
  private func lower(_ position: Int) -> String {
    guard units[position].value == 0x3A3 else {
      return units[position].scalar.properties.lowercaseMapping
    }
    let before = units[..<position].suffix(64).last { !$0.scalar.properties.isCaseIgnorable }
    let after = units[(position + 1)...].prefix(64).first {
      !$0.scalar.properties.isCaseIgnorable
    }
    let isFinal = before?.isCased == true && after?.isCased != true
    return isFinal ? "\u{3C2}" : "\u{3C3}"
  }

  /// Whether there is a cased character and none of the other case.
  func isAll(upper: Bool) -> Bool {
    var found = false
    for unit in units {
      let properties = unit.scalar.properties
      let isUpper = properties.isUppercase
      let isLower = properties.isLowercase
      if upper ? isLower : isUpper { return false }
      if properties.generalCategory == .titlecaseLetter { return false }
      if upper ? isUpper : isLower { found = true }
    }
    return found
  }
}
