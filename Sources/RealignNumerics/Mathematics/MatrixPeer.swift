/// Products by OpenBLAS, whichever kernels `Matrix.multiply` runs on: the peer it is measured
/// beside.
package enum MatrixPeer {
  /// How the product reaches OpenBLAS.
  package enum Division: Sendable {
    /// One call on the calling thread.
    case whole
    /// Blocks on the threads of `Parallel`, as `Matrix.multiply` does without kernels of its own.
    case blocks
  }

  /// C = A · B.
  package static func multiply(_ a: Tensor, _ b: Tensor, into c: Tensor, _ division: Division) {
    let product = MatrixProduct(
      a: a,
      b: .single(b),
      c: c,
      transposeA: false,
      transposeB: false,
      alpha: 1,
      accumulate: false
    )
    switch division {
    case .blocks: product.runBLAS()
    case .whole:
      Matrix.blas(
        c.rows,
        c.columns,
        a.columns,
        1,
        Matrix.Operand(a.pointer, a.stride),
        Matrix.Operand(b.pointer, b.stride),
        into: Matrix.Operand(c.pointer, c.stride),
        accumulate: false
      )
    }
  }

  /// Whether `Matrix.multiply` has kernels of its own here, so that OpenBLAS is another program.
  package static var isOther: Bool { Matrix.usesOwnKernels }
}
