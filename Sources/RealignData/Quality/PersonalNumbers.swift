/// The numbers that `PersonalData` recognises, each by its own structure.
enum PersonalNumbers {
  /// `AAA-GG-SSSS` with an area, group and serial that are given out.
  static func ssn(_ bytes: [UInt8], _ start: Int) -> PersonalData.Finding? {
    guard let groups = groups(bytes, start, [3, 2, 4], separators: "-"),
      groups.values[0] != 0, groups.values[0] != 666, groups.values[0] < 900,
      groups.values[1] != 0, groups.values[2] != 0
    else { return nil }
    return PersonalData.Finding(kind: .ssn, range: start..<groups.end)
  }

  /// 13 to 19 digits, alone or in groups of four to six with one space or hyphen between, with the
  /// prefix and length of a card network and Luhn's check digit.
  static func card(_ bytes: [UInt8], _ start: Int) -> PersonalData.Finding? {
    var digits: [Int] = []
    var groupLengths = [0]
    var end = start
    var position = start
    while position < bytes.count, digits.count < 20 {
      if PersonalData.isDigit(bytes[position]) {
        digits.append(Int(bytes[position] - UInt8(ascii: "0")))
        groupLengths[groupLengths.count - 1] += 1
        position += 1
        end = position
      } else if " -".utf8.contains(bytes[position]), position + 1 < bytes.count,
        PersonalData.isDigit(bytes[position + 1]), position == end
      {
        groupLengths.append(0)
        position += 1
      } else {
        break
      }
    }
    let isGrouped = groupLengths.dropLast().allSatisfy { (4...6).contains($0) }
    guard endsNumber(bytes, end), isGrouped, isCardNetwork(digits), passesLuhn(digits) else {
      return nil
    }
    return PersonalData.Finding(kind: .card, range: start..<end)
  }

  /// `+` and 8 to 15 digits with separators, or `AAA-EEE-NNNN` in its North American spellings.
  static func phone(_ bytes: [UInt8], _ start: Int) -> PersonalData.Finding? {
    if bytes[start] == UInt8(ascii: "+") { return internationalPhone(bytes, start) }
    let open = bytes[start] == UInt8(ascii: "(")
    let areaStart = open ? start + 1 : start
    guard let area = groups(bytes, areaStart, [3], separators: ""), area.values[0] >= 200 else {
      return nil
    }
    var next = area.end
    if open {
      guard next < bytes.count, bytes[next] == UInt8(ascii: ")") else { return nil }
      next += 1
      if next < bytes.count, bytes[next] == UInt8(ascii: " ") { next += 1 }
    } else {
      guard next < bytes.count, "-.".utf8.contains(bytes[next]) else { return nil }
      next += 1
    }
    guard let rest = groups(bytes, next, [3, 4], separators: "-."), rest.values[0] >= 200 else {
      return nil
    }
    return PersonalData.Finding(kind: .phone, range: start..<rest.end)
  }

  /// Four numbers up to 255 without leading zeros, not of a private or special network.
  static func ip(_ bytes: [UInt8], _ start: Int) -> PersonalData.Finding? {
    var values: [Int] = []
    var position = start
    while values.count < 4 {
      let first = position
      while position < bytes.count, PersonalData.isDigit(bytes[position]), position - first < 4 {
        position += 1
      }
      guard (1...3).contains(position - first),
        let value = Int(String(decoding: bytes[first..<position], as: UTF8.self)), value <= 255,
        position - first == 1 || bytes[first] != UInt8(ascii: "0")
      else { return nil }
      values.append(value)
      guard values.count < 4 else { break }
      guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return nil }
      position += 1
    }
    let isPrivate =
      [0, 10, 127].contains(values[0]) || values[0] >= 224 || (values[0], values[1]) == (192, 168)
      || (values[0], values[1]) == (169, 254)
      || (values[0] == 172 && (16...31).contains(values[1]))
    guard endsNumber(bytes, position), !isPrivate else { return nil }
    return PersonalData.Finding(kind: .ip, range: start..<position)
  }

  private static func internationalPhone(_ bytes: [UInt8], _ start: Int) -> PersonalData.Finding? {
    var count = 0
    var end = start + 1
    var position = start + 1
    var groupCount = 1
    while position < bytes.count {
      if PersonalData.isDigit(bytes[position]) {
        count += 1
        position += 1
        end = position
      } else if " -.()".utf8.contains(bytes[position]), position - end < 2 {
        if position == end { groupCount += 1 }
        position += 1
      } else {
        break
      }
    }
    // "+12345678" could be a quantity; a number to call is in groups or has at least ten digits.
    guard (8...15).contains(count), groupCount > 1 || count >= 10, endsNumber(bytes, end) else {
      return nil
    }
    return PersonalData.Finding(kind: .phone, range: start..<end)
  }

  /// Groups of digits of given lengths with one separator between, not followed by more.
  private static func groups(
    _ bytes: [UInt8],
    _ start: Int,
    _ lengths: [Int],
    separators: String
  ) -> (values: [Int], end: Int)? {
    var values: [Int] = []
    var position = start
    for (index, length) in lengths.enumerated() {
      if index > 0 {
        guard position < bytes.count, separators.utf8.contains(bytes[position]) else { return nil }
        position += 1
      }
      guard position + length <= bytes.count,
        bytes[position..<(position + length)].allSatisfy(PersonalData.isDigit),
        let value = Int(String(decoding: bytes[position..<(position + length)], as: UTF8.self))
      else { return nil }
      values.append(value)
      position += length
    }
    guard separators.isEmpty || endsNumber(bytes, position) else { return nil }
    return (values, position)
  }

  /// Whether neither a letter or digit follows, nor a separator and a digit.
  private static func endsNumber(_ bytes: [UInt8], _ end: Int) -> Bool {
    guard end < bytes.count else { return true }
    if PersonalData.isLetterOrDigit(bytes[end]) { return false }
    return
      !("-./:".utf8.contains(bytes[end]) && end + 1 < bytes.count
      && PersonalData.isDigit(bytes[end + 1]))
  }

  /// Prefixes of ISO/IEC 7812 that the large networks use, with their lengths.
  private static func isCardNetwork(_ digits: [Int]) -> Bool {
    guard digits.count >= 13, digits.count <= 19 else { return false }
    let two = digits[0] * 10 + digits[1]
    let four = two * 100 + digits[2] * 10 + digits[3]
    switch digits.count {
    case 13: return digits[0] == 4
    case 14: return two == 36 || two == 38 || (300...305).contains(four / 10)
    case 15: return two == 34 || two == 37
    case 16:
      return digits[0] == 4 || (51...55).contains(two) || (2221...2720).contains(four)
        || four == 6011 || two == 65 || (3528...3589).contains(four)
    default: return digits[0] == 4 || two == 62
    }
  }

  /// Luhn's check (ISO/IEC 7812-1, annex B).
  static func passesLuhn(_ digits: [Int]) -> Bool {
    let sum = digits.reversed().enumerated().reduce(0) { sum, item in
      let doubled = item.offset % 2 == 1 ? item.element * 2 : item.element
      return sum + (doubled > 9 ? doubled - 9 : doubled)
    }
    return sum % 10 == 0
  }
}
