import Foundation

/// Figures as the report prints them, the same on every machine.
enum Shown {
  /// What stands where there is no figure.
  static let none = "–"

  /// A number with a fixed count of decimals; small ones keep two significant digits.
  static func number(_ value: Double?, _ places: Int = 3) -> String {
    guard let value, value.isFinite else { return none }
    let size = abs(value)
    if size > 0, size < 0.5 * tenth(places) { return String(format: "%.1e", value) }
    return minus(String(format: "%.\(places)f", value == 0 ? 0 : value))
  }

  /// A share as a percentage with one decimal.
  static func percent(_ value: Double?) -> String {
    guard let value, value.isFinite else { return none }
    let text = String(format: "%.1f", value * 100)
    return minus(text == "-0.0" ? "0.0" : text) + " %"
  }

  /// A threshold without trailing zeros.
  static func threshold(_ value: Double?, unit: MetricInfo.Unit) -> String {
    guard let value, value.isFinite else { return none }
    switch unit {
    case .share: return trimmed(String(format: "%.2f", value * 100)) + " %"
    case .number, .nats, .count: return trimmed(String(format: "%.4f", value))
    case .points: return trimmed(String(format: "%.2f", value * 100))
    }
  }

  /// A value in its unit.
  static func value(_ value: Double?, unit: MetricInfo.Unit) -> String {
    switch unit {
    case .share: percent(value)
    case .number: number(value)
    case .nats: number(value, 4)
    case .count: number(value, 0)
    case .points: points(value)
    }
  }

  /// An interval in a unit, or a dash.
  static func interval(_ value: MeasuredValue?, unit: MetricInfo.Unit) -> String {
    guard let low = value?.low, let high = value?.high, low.isFinite, high.isFinite else {
      return none
    }
    // A dash beside a minus sign reads badly.
    let link = low < 0 || high < 0 ? " to " : "–"
    switch unit {
    case .share: return percent(low).dropLast(2) + link + percent(high)
    case .number: return number(low) + link + number(high)
    case .nats: return number(low, 4) + link + number(high, 4)
    case .count: return number(low, 0) + link + number(high, 0)
    case .points: return points(low) + " to " + points(high)
    }
  }

  /// An estimate with its interval in brackets, where there is one.
  static func estimate(_ value: MeasuredValue?, unit: MetricInfo.Unit) -> String {
    let interval = interval(value, unit: unit)
    return self.value(value?.estimate, unit: unit)
      + (interval == none ? "" : " (\(interval.replacing(" %", with: "")))")
  }

  /// A whole number with commas between thousands, from 10,000 upwards.
  static func count(_ value: Int?) -> String {
    guard let value else { return none }
    let digits = String(abs(value))
    guard digits.count > 4 else { return minus("\(value)") }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return (value < 0 ? "−" : "") + result
  }

  /// A change of a share in percentage points with its sign.
  static func points(_ value: Double?) -> String {
    guard let value, value.isFinite else { return none }
    let text = String(format: "%+.1f", value * 100)
    return minus(text == "-0.0" || text == "+0.0" ? "0.0" : text)
  }

  /// A probability; tiny ones as a bound.
  static func probability(_ value: Double?) -> String {
    guard let value, value.isFinite else { return none }
    return value < 0.0001 ? "< 0.0001" : number(value, 4)
  }

  /// A count with its noun.
  static func plural(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(self.count(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// Words with underscores as a phrase.
  static func words(_ name: String) -> String { name.replacing("_", with: " ") }

  private static func tenth(_ places: Int) -> Double { pow(10, -Double(places)) }

  private static func minus(_ text: String) -> String { text.replacing("-", with: "−") }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") { text.removeLast() }
    return minus(text)
  }
}
