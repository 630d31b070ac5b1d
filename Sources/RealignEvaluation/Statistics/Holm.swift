/// Holm's step-down correction for several tests, Scandinavian Journal of Statistics 6 (1979).
public enum Holm {
  /// Adjusted p-values in the order given; reject those at or below the wanted level.
  ///
  /// The family-wise error stays at that level whatever the tests depend on.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    for p in pValues { precondition((0...1).contains(p), "p-value \(p) is outside 0...1") }
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var floor = 0.0
    for (rank, index) in order.enumerated() {
      floor = max(floor, min(1, pValues[index] * Double(pValues.count - rank)))
      adjusted[index] = floor
    }
    return adjusted
  }
}
