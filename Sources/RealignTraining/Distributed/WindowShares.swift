import RealignNumerics

/// How work is divided over ranks: contiguous runs, in the order of ranks, of about equal length.
enum WindowShares {
  /// Each rank's run of some things.
  static func ranges(_ count: Int, ranks: Int) -> [Range<Int>] {
    (0..<ranks).map { count * $0 / ranks..<count * ($0 + 1) / ranks }
  }

  /// Each rank's slice of flat parameters.
  ///
  /// Slices begin where the blocks of `Tensor.blockSumsOfSquares` do, so that a norm is added up
  /// from the same parts by any number of ranks.
  static func slices(_ count: Int, ranks: Int) -> [Range<Int>] {
    let block = Tensor.elementsPerBlock
    return ranges((count + block - 1) / block, ranks: ranks).map {
      min(count, $0.lowerBound * block)..<min(count, $0.upperBound * block)
    }
  }
}
