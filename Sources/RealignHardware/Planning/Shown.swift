import Foundation

/// Figures as people read them in plans, the same in every locale.
enum Shown {
  /// Three significant digits, zeros at the end left out; a dash when it is not finite.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let size = value.magnitude
    if size >= 1e15 { return String(format: "%.2e", value) }
    if size >= 100 || size == 0 { return String(format: "%.0f", value) }
    if size < 0.001 { return String(format: "%.2e", value) }
    var text = String(format: size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3g", value)
    while text.contains("."), text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// `60 GB`, in powers of a thousand, as memory of machines is given.
  static func bytes(_ value: Double) -> String {
    let units: [(Double, String)] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB")]
    // A machine of 512 GB is compared with 1200 GB, not with 1.2 TB.
    let fitting = units.first { value >= ($0.1 == "TB" ? 10 : 1) * $0.0 }
    guard let (unit, name) = fitting else { return number(value) + " bytes" }
    return number(value / unit) + " " + name
  }

  /// `2165 s (36 min)`: seconds, and from two minutes on a larger unit.
  static func seconds(_ value: Double) -> String {
    let plain =
      (value >= 1e6
        ? number(value)
        : value >= 10
          ? String(format: "%.0f", value) : number(value)) + " s"
    switch value {
    case ..<120: return plain
    case ..<7200: return plain + " (\(number(value / 60)) min)"
    case ..<172_800: return plain + " (\(number(value / 3600)) h)"
    default: return plain + " (\(number(value / 86_400)) days)"
    }
  }

  /// `65.4 %` of a fraction.
  static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "-" }
    return String(format: "%.1f %%", 100 * fraction)
  }

  /// Names in a row: `a`, `a and b`, `a, b and c`.
  static func list(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
