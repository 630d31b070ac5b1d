import RealignNumerics
import RealignText

/// A kernel at one size: what it does, its definition to check it against, and its bound.
struct KernelCase {
  /// Bytes that are read and written when each is touched once.
  let bytes: Double
  /// Floating-point operations of single precision that the definition needs.
  let operations: Double
  /// The largest difference allowed, of values of size 1.
  let tolerance: Double
  /// The kernel.
  let run: () -> Void
  /// Its definition, in plain C on one thread.
  let runNaive: () -> Void
  /// What both found, pair by pair.
  let results: () -> [(found: KernelResult, expected: KernelResult)]

  /// Runs both once and compares what they found.
  ///
  /// - Throws: `BenchmarkError.wrongResult`.
  func check(_ name: String) throws {
    run()
    runNaive()
    for (found, expected) in results() {
      let difference = found.difference(from: expected)
      guard difference <= tolerance else {
        throw BenchmarkError.wrongResult("\(name): \(difference) beside the definition")
      }
    }
  }
}

/// Something a kernel computes.
enum KernelResult {
  case tensor(Tensor)
  case half(HalfTensor)
  case numbers([Double])

  private var values: [Double] {
    switch self {
    case .tensor(let tensor): tensor.values.map(Double.init)
    case .half(let half): half.widened().values.map(Double.init)
    case .numbers(let numbers): numbers
    }
  }

  /// The largest difference, relative where values exceed 1; infinite where one is not a number.
  func difference(from expected: KernelResult) -> Double {
    let (found, wanted) = (values, expected.values)
    guard found.count == wanted.count else { return .infinity }
    var largest = 0.0
    for (a, b) in zip(found, wanted) {
      let difference = abs(a - b) / max(1, abs(b))
      guard difference.isFinite else { return .infinity }
      largest = max(largest, difference)
    }
    return largest
  }
}

/// How large the cases of a run are.
struct KernelSizes {
  /// The model whose widths are taken.
  let shape: ModelShape
  /// Bytes that a case touches, about.
  let bytes: Int

  /// Rows so that all touch about `bytes`.
  func rows(bytesPerRow: Int) -> Int { max(2, bytes / bytesPerRow) }

  /// Width of a head.
  var headWidth: Int { shape.hiddenSize / shape.headCount }
}

/// A kernel that can be measured.
struct KernelEntry {
  let name: String
  /// Whether its rate is that of its operations, GFLOPS, rather than of its bytes, GB/s.
  var countsOperations = false
  /// Whether it is measured in cache as well.
  var hasCachedSize = true
  let make: (KernelSizes) -> KernelCase

  /// Every kernel, in the order of the report.
  static var all: [KernelEntry] {
    elementwise + halves + normalisation + activations + vocabulary + attention
  }
}

/// Operations that functions count for: the multiplications and additions of the polynomial and
/// the scaling of an exponential; double precision takes twice the time.
enum KernelCost {
  static let exponential = 20.0
  static let doubleExponential = 60.0
}

/// Reproducible numbers, made in a hurry: they repeat after a while.
enum KernelData {
  /// Uniform in -scale...scale.
  static func tensor(rows: Int, columns: Int, _ name: String, scale: Float = 1) -> Tensor {
    let pattern = values(min(rows * columns, (1 << 16) - 15), name, scale: scale)
    let result = Tensor(rows: rows, columns: columns)
    for start in stride(from: 0, to: result.count, by: max(pattern.count, 1)) {
      let end = min(result.count, start + pattern.count)
      result.slice(start..<end).copy(from: Array(pattern[..<(end - start)]))
    }
    return result
  }

  /// Uniform in -scale...scale.
  static func values(_ count: Int, _ name: String, scale: Float = 1) -> [Float] {
    var stream = RandomStream(seed: 1, name: "bench/" + name)
    return (0..<count).map { _ in scale * Float(2 * stream.uniform() - 1) }
  }

  /// Uniform in 0..<limit.
  static func indices(_ count: Int, below limit: Int, _ name: String) -> [Int32] {
    var stream = RandomStream(seed: 1, name: "bench/" + name)
    return (0..<count).map { _ in Int32(stream.uniform(below: limit)) }
  }
}
