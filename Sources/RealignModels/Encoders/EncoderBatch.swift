import RealignNumerics
import RealignText

/// Inputs of an encoder laid end to end without padding.
struct EncoderBatch {
  private(set) var ids: [Int32] = []
  private(set) var types: [Int32] = []
  private(set) var positions: [Int32] = []
  /// The rows of each input.
  private(set) var ranges: [Range<Int>] = []
  /// Rows that see each other: those of the inputs, and of what fills up a small batch.
  private(set) var segments: [Range<Int>] = []

  init(_ inputs: [TypedTokens]) {
    for input in inputs {
      let start = ids.count
      ids += input.ids
      types += input.types
      positions += (0..<Int32(input.count))
      ranges.append(start..<ids.count)
    }
    segments = ranges
    // Products of few rows add in another order: with more rows in every batch the states of an
    // input have the same bits alone and in company.
    let used = ids.count
    let lacking = max(0, Matrix.fewRows + 1 - used)
    guard lacking > 0 else { return }
    let filler = [Int32](repeating: 0, count: lacking)
    ids += filler
    types += filler
    positions += filler
    segments.append(used..<used + lacking)
  }
}
