import Foundation

/// Times in ISO 8601, as programs write them.
public enum Timestamp {
  /// What a time looks like, for error messages.
  static let rule = "a time in ISO 8601, such as 2026-01-02T03:04:05Z"

  /// The time that a text says, nil if it says none.
  ///
  /// Accepted are a date, or date and time, with or without a fraction of a second and an offset;
  /// without one it is UTC. The fraction is left out.
  public static func date(_ text: String) -> Date? {
    let pattern =
      #/
      (\d{4})-(\d{2})-(\d{2})
      (?: [T\ ] (\d{2}):(\d{2}) (?: :(\d{2}) (?: [.,]\d{1,9} )? )? (Z|[+\-]\d{2}:?\d{2})? )?
      /#.asciiOnlyDigits()
    guard text.utf8.count <= 40, let match = text.wholeMatch(of: pattern) else { return nil }
    func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
    let (_, year, month, day, hour, minute, second, offset) = match.output
    guard (1...12).contains(number(month)), (1...31).contains(number(day)), number(hour) < 24,
      number(minute) < 60, number(second) <= 60, let shift = seconds(offset: offset)
    else { return nil }
    let days = days(number(year), number(month), number(day))
    let time = 3600 * number(hour) + 60 * number(minute) + number(second) - shift
    return Date(timeIntervalSince1970: Double(86_400 * days + time))
  }

  private static func seconds(offset: Substring?) -> Int? {
    guard let offset, offset != "Z" else { return 0 }
    let digits = offset.dropFirst().filter { $0 != ":" }
    guard let value = Int(digits), value / 100 < 24, value % 100 < 60 else { return nil }
    return (offset.first == "-" ? -1 : 1) * (3600 * (value / 100) + 60 * (value % 100))
  }

  /// Days from 1970-01-01 in the Gregorian calendar; March is the first month of its year, so that
  /// the leap day comes last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month > 2 ? year : year - 1
    let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return 365 * year + year / 4 - year / 100 + year / 400 + ofYear - 719_468
  }
}
