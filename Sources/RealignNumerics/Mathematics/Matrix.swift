import COpenBLAS
import CRealignKernels

/// Matrix products, run in parallel over blocks of the result.
///
/// Processors with 512-bit vectors use the kernels of this package, all others single-threaded
/// OpenBLAS calls on the blocks.
public enum Matrix {
  /// C = alpha · op(A) · op(B), added to C when `accumulate`.
  ///
  /// op(A) is M x K, op(B) K x N and C M x N; op transposes where asked. All may be strided; C must
  /// not overlap A or B. The blocks, and so the bits of the result, depend on M, N and K only.
  public static func multiply(
    _ a: Tensor,
    _ b: Tensor,
    into c: Tensor,
    transposeA: Bool = false,
    transposeB: Bool = false,
    alpha: Float = 1,
    accumulate: Bool = false
  ) {
    multiply(
      a,
      .single(b),
      into: c,
      transposeA: transposeA,
      transposeB: transposeB,
      alpha: alpha,
      accumulate: accumulate
    )
  }

  /// C = alpha · op(A) · op(B), added to C when `accumulate`, with B a matrix of weights.
  ///
  /// Half precision is widened block by block on its way into the kernels: the bits are those of
  /// the product with the whole of B widened, which never exists.
  ///
  /// - Parameter terms: Added to C one after the other, with the bits of products of their own.
  public static func multiply(
    _ a: Tensor,
    _ b: WeightMatrix,
    into c: Tensor,
    transposeA: Bool = false,
    transposeB: Bool = false,
    alpha: Float = 1,
    accumulate: Bool = false,
    adding terms: [LowRankProduct] = []
  ) {
    var product = MatrixProduct(
      a: a,
      b: b,
      c: c,
      transposeA: transposeA,
      transposeB: transposeB,
      alpha: alpha,
      accumulate: accumulate
    )
    guard c.count > 0 else { return }
    for term in terms {
      precondition(
        term.left.rows == c.rows && term.columns.upperBound <= c.columns,
        "\(term.left) into columns \(term.columns) of \(c)"
      )
    }
    if product.takes(terms) {
      product.terms = terms
      product.runOwnKernels()
      return
    }
    if product.inner == 0 {
      if !accumulate { c.fill(0) }
    } else if usesOwnKernels {
      product.runOwnKernels()
    } else {
      product.runBLAS()
    }
    for term in terms {
      multiply(
        term.left,
        .single(term.right),
        into: c.columns(term.columns),
        transposeB: term.isTransposed,
        alpha: term.scale,
        accumulate: true
      )
    }
  }

  /// Which kernels `multiply` runs on: "realign-avx512", or the name of the OpenBLAS core.
  public static var kernelName: String {
    usesOwnKernels ? "realign-avx512" : MachineInformation.blasCore
  }

  /// Products of this many rows and fewer read a transposed right operand once, as it lies.
  ///
  /// The bits of a row of a product with an untransposed left operand do not depend on the rows
  /// beside it, however many they are, where products run on the kernels of this package: all of
  /// them add in the same order.
  static let fewRows = Int(RK_GEMM_FEW)

  static let usesOwnKernels = rk_gemm_is_available() == 1

  /// OpenBLAS is told once to leave threads to `Parallel`.
  static let isSingleThreaded: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// A matrix somewhere in memory, as the product of a tile sees it.
  struct Operand {
    let start: UnsafeMutablePointer<Float>
    let stride: Int
    var isTransposed = false

    init(_ start: UnsafeMutablePointer<Float>, _ stride: Int, transposed: Bool = false) {
      self.start = start
      self.stride = stride
      isTransposed = transposed
    }
  }

  /// A small product on the calling thread, such as a tile of attention needs.
  static func multiplyTile(
    rows: Int,
    columns: Int,
    inner: Int,
    alpha: Float = 1,
    _ a: Operand,
    _ b: Operand,
    into c: Operand,
    accumulate: Bool
  ) {
    guard usesOwnKernels else {
      blas(rows, columns, inner, alpha, a, b, into: c, accumulate: accumulate)
      return
    }
    let panels = (columns + MatrixProduct.panel - 1) / MatrixProduct.panel
    Scratch.with(count: panels * MatrixProduct.panel * inner) { packed in
      rk_gemm_pack_right(packed, b.start, b.stride, b.isTransposed ? 1 : 0, inner, columns)
      rk_gemm_multiply(
        c.start,
        c.stride,
        a.start,
        MatrixProduct.strip * (a.isTransposed ? 1 : a.stride),
        a.isTransposed ? 1 : a.stride,
        a.isTransposed ? a.stride : 1,
        packed,
        MatrixProduct.panel * inner,
        rows,
        columns,
        inner,
        alpha,
        accumulate ? 1 : 0
      )
    }
  }

  /// One BLAS call.
  static func blas(
    _ rows: Int,
    _ columns: Int,
    _ inner: Int,
    _ alpha: Float,
    _ a: Operand,
    _ b: Operand,
    into c: Operand,
    accumulate: Bool
  ) {
    precondition(isSingleThreaded)
    // A one-row view may carry any stride; BLAS asks for at least the row's width.
    cblas_sgemm(
      CblasRowMajor,
      a.isTransposed ? CblasTrans : CblasNoTrans,
      b.isTransposed ? CblasTrans : CblasNoTrans,
      Int32(rows),
      Int32(columns),
      Int32(inner),
      alpha,
      a.start,
      Int32(max(a.stride, a.isTransposed ? rows : inner)),
      b.start,
      Int32(max(b.stride, b.isTransposed ? inner : columns)),
      accumulate ? 1 : 0,
      c.start,
      Int32(max(c.stride, columns))
    )
  }
}
