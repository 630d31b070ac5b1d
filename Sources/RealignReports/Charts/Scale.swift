import Foundation

/// A map from data to drawing coordinates, with ticks at round values.
struct Scale {
  /// A labelled position.
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  /// Data at the two ends.
  let domain: ClosedRange<Double>
  /// Drawing coordinates of the two ends; the first may be the larger.
  let range: (start: Double, end: Double)
  /// Whether equal ratios are equally far apart.
  let isLogarithmic: Bool
  /// Ticks inside the domain, rising.
  let ticks: [Tick]

  /// Drawing coordinate of a value; clamped to the range.
  func callAsFunction(_ value: Double) -> Double {
    let low = isLogarithmic ? log10(domain.lowerBound) : domain.lowerBound
    let high = isLogarithmic ? log10(domain.upperBound) : domain.upperBound
    let place = isLogarithmic ? log10(max(value, domain.lowerBound)) : value
    let share = min(1, max(0, (place - low) / (high - low)))
    return range.start + share * (range.end - range.start)
  }

  /// A linear scale over values.
  ///
  /// - Parameter isLoose: widen the domain to the next ticks instead of ending at the data.
  static func linear(
    _ values: [Double],
    range: (start: Double, end: Double),
    tickCount: Int = 5,
    isLoose: Bool = true
  ) -> Scale {
    let finite = values.filter(\.isFinite)
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if low == high {
      let pad = low == 0 ? 1 : abs(low) * 0.5
      (low, high) = (low - (low == 0 ? 0 : pad), high + pad)
    }
    let step = niceStep(high - low, count: tickCount)
    // The small slack keeps 0.3 from rounding up to the tick after 0.3.
    let first = isLoose ? (low / step + 1e-9).rounded(.down) : (low / step - 1e-9).rounded(.up)
    let last = isLoose ? (high / step - 1e-9).rounded(.up) : (high / step + 1e-9).rounded(.down)
    if isLoose { (low, high) = (first * step, last * step) }
    let count = max(0, Int(last - first))
    let ticks = (0...count).map { index -> Tick in
      let value = (first + Double(index)) * step
      return Tick(value: value, label: Numbers.tick(value, step: step))
    }
    return Scale(domain: low...high, range: range, isLogarithmic: false, ticks: ticks)
  }

  /// A logarithmic scale over the positive values, with ticks at 1, 2, 5 · 10ᵏ or at 10ᵏ.
  static func logarithmic(_ values: [Double], range: (start: Double, end: Double)) -> Scale {
    let positive = values.filter { $0.isFinite && $0 > 0 }
    var low = positive.min() ?? 1
    var high = positive.max() ?? 10
    if low == high { (low, high) = (low / 2, high * 2) }
    let decades = log10(high / low)
    let factors: [Double] = decades > 3 ? [1] : [1, 2, 5]
    let exponents = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let stride = max(1, Int((decades / 8).rounded(.up)))
    var ticks: [Tick] = []
    for exponent in exponents where exponent % stride == 0 {
      for factor in factors {
        let value = factor * pow(10, Double(exponent))
        guard value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) else { continue }
        ticks.append(Tick(value: value, label: Numbers.value(value)))
      }
    }
    return Scale(domain: low...high, range: range, isLogarithmic: true, ticks: ticks)
  }

  /// The round step (1, 2 or 5 times a power of ten) that gives about `count` intervals.
  ///
  /// Heckbert, "Nice numbers for graph labels", Graphics Gems (1990).
  static func niceStep(_ span: Double, count: Int) -> Double {
    let raw = span / Double(count)
    let magnitude = pow(10, log10(raw).rounded(.down))
    let share = raw / magnitude
    let factor: Double = share < 1.5 ? 1 : (share < 3 ? 2 : (share < 7 ? 5 : 10))
    return factor * magnitude
  }
}
