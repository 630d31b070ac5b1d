import RealignText

/// Inputs of an encoder laid end to end without padding.
struct EncoderBatch {
  private(set) var ids: [Int32] = []
  private(set) var types: [Int32] = []
  private(set) var positions: [Int32] = []
  /// The rows of each input.
  private(set) var ranges: [Range<Int>] = []

  init(_ inputs: [TypedTokens]) {
    for input in inputs {
      let start = ids.count
      ids += input.ids
      types += input.types
      positions += (0..<Int32(input.count))
      ranges.append(start..<ids.count)
    }
  }
}
