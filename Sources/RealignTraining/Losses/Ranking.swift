/// Ranks of values, for the losses that compare sorted micro-batches.
enum Ranking {
  /// The indices of the values in ascending order; equal values in order of their indices.
  static func ascending(_ values: [Double]) -> [Int] {
    values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }
}
