/// The date and time that a chat template prints with `strftime_now`.
///
/// It is given, never read from a clock, so that the same conversation gives the same text.
public struct ChatDate: Sendable, Equatable {
  /// The year, 1 to 9999.
  public let year: Int
  /// The month, 1 to 12.
  public let month: Int
  /// The day of the month, from 1.
  public let day: Int
  /// The hour, 0 to 23.
  public let hour: Int
  /// The minute, 0 to 59.
  public let minute: Int
  /// The second, 0 to 59.
  public let second: Int

  /// A date, or `nil` if there is no such day or time in the Gregorian calendar.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (1...9999).contains(year), (1...12).contains(month),
      (1...Self.days(year, month)).contains(day), (0..<24).contains(hour),
      (0..<60).contains(minute), (0..<60).contains(second)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  private static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let dayNames = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private var dayOfYear: Int { (1..<month).reduce(day) { $0 + Self.days(year, $1) } }

  /// The day of the week, 0 for Sunday.
  private var weekday: Int {
    let before = year - 1
    return (before * 365 + before / 4 - before / 100 + before / 400 + dayOfYear) % 7
  }

  /// The text of a format with the codes of C's `strftime` in the C locale.
  ///
  /// - Throws: `InputError` for a code that is not known.
  func formatted(_ format: String) throws -> String {
    var result = ""
    var rest = Substring(format)
    while let character = rest.popFirst() {
      guard character == "%" else {
        result.append(character)
        continue
      }
      let isUnpadded = rest.first == "-"
      if isUnpadded { rest.removeFirst() }
      guard let code = rest.popFirst(), let text = text(of: code) else {
        throw TemplateError.make(
          "`strftime_now` gets an unknown code",
          found: format,
          expected: "%Y %y %m %d %e %j %B %b %A %a %w %H %I %M %S %p %D %F %T %R %%"
        )
      }
      let bare = text.drop { $0 == "0" || $0 == " " }
      result += isUnpadded ? (bare.isEmpty ? "0" : String(bare)) : text
    }
    return result
  }

  private func text(of code: Character) -> String? {
    switch code {
    case "Y": String(year)
    case "y": Self.padded(year % 100)
    case "m": Self.padded(month)
    case "d": Self.padded(day)
    case "e": Self.padded(day, " ")
    case "j": Self.padded(dayOfYear, "0", 3)
    case "B": Self.monthNames[month - 1]
    case "b", "h": String(Self.monthNames[month - 1].prefix(3))
    case "A": Self.dayNames[weekday]
    case "a": String(Self.dayNames[weekday].prefix(3))
    case "w": String(weekday)
    case "H": Self.padded(hour)
    case "I": Self.padded((hour + 11) % 12 + 1)
    case "M": Self.padded(minute)
    case "S": Self.padded(second)
    case "p": hour < 12 ? "AM" : "PM"
    case "D": Self.padded(month) + "/" + Self.padded(day) + "/" + Self.padded(year % 100)
    case "F": String(year) + "-" + Self.padded(month) + "-" + Self.padded(day)
    case "T": Self.padded(hour) + ":" + Self.padded(minute) + ":" + Self.padded(second)
    case "R": Self.padded(hour) + ":" + Self.padded(minute)
    case "%": "%"
    default: nil
    }
  }

  private static func padded(_ number: Int, _ fill: String = "0", _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: fill, count: max(width - text.count, 0)) + text
  }
}
