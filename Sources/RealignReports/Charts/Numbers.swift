import Foundation

/// Numbers as text, the same on every machine and in every locale.
enum Numbers {
  /// A coordinate with at most two decimals and no trailing zeros.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    return trimmed(String(format: "%.2f", value))
  }

  /// A value with four significant digits, for labels and summaries.
  static func value(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = abs(value)
    if size == 0 { return "0" }
    if size >= 1_000_000 || size < 0.0001 { return scientific(value, digits: 2) }
    if size >= 1000 { return grouped(String(format: "%.0f", value)) }
    let decimals = max(0, 3 - Int(log10(size).rounded(.down)))
    return trimmed(String(format: "%.\(min(6, decimals))f", value))
  }

  /// A tick label with as many decimals as the distance between ticks needs.
  static func tick(_ value: Double, step: Double) -> String {
    let size = max(abs(value), step)
    if size >= 10_000_000 || step < 0.000_01 { return scientific(value, digits: 1) }
    var decimals = 0
    var scaled = step
    while decimals < 6 && abs(scaled - scaled.rounded()) > 1e-6 * scaled {
      decimals += 1
      scaled *= 10
    }
    let rounded = abs(value) < step * 1e-9 ? 0 : value
    return grouped(String(format: "%.\(decimals)f", rounded))
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    if value == 0 { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    let mantissa = trimmed(String(format: "%.\(digits)f", value / pow(10, Double(exponent))))
    return "\(mantissa)e\(exponent)"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text == "-0" ? "0" : text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }

  /// Commas between thousands of the whole part, from 10,000 upwards.
  private static func grouped(_ text: String) -> String {
    let parts = text.split(separator: ".", maxSplits: 1)
    let digits = parts[0].drop { $0 == "-" }
    guard digits.count > 4 else { return text }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    let sign = parts[0].hasPrefix("-") ? "-" : ""
    return sign + result + (parts.count > 1 ? "." + parts[1] : "")
  }
}
