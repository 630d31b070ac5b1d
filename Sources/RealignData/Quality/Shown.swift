import Foundation

/// Figures as they are shown in messages.
enum Shown {
  /// At most four decimals, without trailing zeros.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    var text = String(format: "%.4f", value)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Per cent with one decimal.
  static func percent(_ share: Double) -> String { number((share * 1000).rounded() / 10) + " %" }
}
