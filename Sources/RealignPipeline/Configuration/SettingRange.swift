/// The numbers a setting may take.
public enum SettingRange: Sendable, Equatable {
  /// Any number.
  case any
  /// The bound and above.
  case atLeast(Double)
  /// Above the bound.
  case above(Double)
  /// From the first to the second, both included.
  case within(Double, Double)
  /// From the first, included, to the second, excluded.
  case below(Double, Double)

  /// Whether a number is allowed.
  public func contains(_ value: Double) -> Bool {
    switch self {
    case .any: return true
    case .atLeast(let low): return value >= low
    case .above(let low): return value > low
    case .within(let low, let high): return value >= low && value <= high
    case .below(let low, let high): return value >= low && value < high
    }
  }

  /// The range as a phrase that follows "a number".
  public var phrase: String {
    func shown(_ value: Double) -> String {
      if case .scalar(let text) = value.settingNode { return text }
      return ""
    }
    switch self {
    case .any: return ""
    case .atLeast(let low): return " of at least \(shown(low))"
    case .above(let low): return " above \(shown(low))"
    case .within(let low, let high): return " from \(shown(low)) to \(shown(high))"
    case .below(let low, let high):
      return " from \(shown(low)) to below \(shown(high))"
    }
  }
}
