/// Ranks of values, for the losses that compare sorted micro-batches.
enum Ranking {
  /// Two values of equal rank, by their indices, with the loss of their difference.
  struct Match {
    let upper: Int
    let lower: Int
    let loss: Double
    /// d loss / d of the upper value.
    let slope: Double
  }

  /// −(1 − ε) log σ(βδ) − ε log σ(−βδ) of every rank, δ the upper value less the lower.
  static func matches(
    _ upper: [Double],
    _ lower: [Double],
    _ settings: PreferenceLossSettings
  ) -> [Match] {
    zip(ascending(upper), ascending(lower)).map { index, other in
      let part = Logistic.smoothedLoss(
        settings.beta * (upper[index] - lower[other]),
        epsilon: settings.labelSmoothing
      )
      return Match(
        upper: index,
        lower: other,
        loss: part.value,
        slope: settings.beta * part.slope
      )
    }
  }

  /// The indices of the values in ascending order; equal values in order of their indices.
  static func ascending(_ values: [Double]) -> [Int] {
    values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }
}
