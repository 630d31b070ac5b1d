/// Numbers as people read them, the same in every locale.
enum Count {
  /// `1,234,567`.
  static func grouped(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// `1.5 GB`, in powers of 1024.
  static func bytes(_ value: Int) -> String {
    let units = ["bytes", "KB", "MB", "GB", "TB"]
    var amount = Double(value)
    var unit = 0
    while amount >= 1024, unit < units.count - 1 {
      amount /= 1024
      unit += 1
    }
    return unit == 0 ? "\(value) bytes" : "\(decimal(amount, places: 1)) \(units[unit])"
  }

  /// A number with a fixed number of decimals; a dash when it is not finite.
  static func decimal(_ value: Double, places: Int = 4) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "-" }
    var power = 1
    for _ in 0..<places { power *= 10 }
    let scaled = Int((value.magnitude * Double(power)).rounded())
    let fraction = "\(scaled % power)"
    let zeros = String(repeating: "0", count: places - min(places, fraction.count))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + "\(scaled / power)" + (places > 0 ? "." + zeros + fraction : "")
  }

  /// `1,024 tokens, 471.3 tokens/s`: how much was done, and how fast.
  static func rate(_ count: Int, _ unit: String, since start: ContinuousClock.Instant) -> String {
    let rate = Double(count) / max(start.duration(to: .now) / .seconds(1), 1e-9)
    let places = rate >= 1000 ? 0 : rate >= 100 ? 1 : rate >= 10 ? 2 : 3
    return "\(grouped(count)) \(unit), \(decimal(rate, places: places)) \(unit)/s"
  }
}
