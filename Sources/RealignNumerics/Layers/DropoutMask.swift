import CRealignKernels

/// Inverted dropout of a matrix (Srivastava and others 2014, section 10): elements are dropped with
/// probability p, the others scaled by 1/(1 - p). One bit is kept per element.
public struct DropoutMask: Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// 1 / (1 - p).
  public let scale: Float
  private let bits: [UInt16]
  private let wordsPerRow: Int

  /// Draws a mask; it is a function of the stream's seed and name and of the shape.
  ///
  /// - Parameter probability: p, in 0..<1, taken to the next multiple of 2⁻³².
  public init(rows: Int, columns: Int, probability: Double, stream: RandomStream) {
    precondition((0..<1).contains(probability), "dropout with probability \(probability)")
    self.rows = rows
    self.columns = columns
    scale = Float(1 / (1 - probability))
    let words = (columns + 15) / 16
    wordsPerRow = words
    let threshold = UInt32(min((probability * 0x1p32).rounded(.up), 0x1p32 - 1))
    bits = [UInt16](unsafeUninitializedCapacity: rows * words) { memory, count in
      count = rows * words
      guard let base = memory.baseAddress else { return }
      let target = SharedWords(base: base)
      Parallel.rows(rows, perBlock: Parallel.rowsPerBlock(columns: columns)) { range in
        rk_dropout_bits(
          target.base,
          stream.key,
          stream.lane,
          range.lowerBound,
          range.count,
          columns,
          threshold
        )
      }
    }
  }

  /// Words that blocks of a parallel loop fill, each its own.
  private struct SharedWords: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt16>
  }

  /// y = x with elements dropped and the others scaled.
  public func apply(_ x: Tensor, into y: Tensor) {
    run(x, y) { rk_dropout_apply($0, $1, $2, $3, $4, $5, $6, $7) }
  }

  /// y += x with elements dropped and the others scaled.
  public func add(_ x: Tensor, to y: Tensor) {
    run(x, y) { rk_dropout_add($0, $1, $2, $3, $4, $5, $6, $7) }
  }

  private func run(
    _ x: Tensor,
    _ y: Tensor,
    _ kernel:
      @Sendable (
        UnsafeMutablePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafePointer<UInt16>, Int,
        Int, Float
      ) -> Void
  ) {
    x.requireShape(rows, columns, "x")
    y.requireShape(rows, columns, "y")
    Parallel.rows(rows, perBlock: Parallel.rowsPerBlock(columns: columns)) { range in
      bits.withUnsafeBufferPointer { bits in
        guard let base = bits.baseAddress else { return }
        kernel(
          y.row(range.lowerBound),
          y.stride,
          x.row(range.lowerBound),
          x.stride,
          base + range.lowerBound * wordsPerRow,
          range.count,
          columns,
          scale
        )
      }
    }
  }
}
