import RealignNumerics

/// Work whose rate says how fast the machine is at the moment, timed beside every figure.
public struct Yardstick: Sendable {
  /// Its name, sizes included: figures over different yardsticks are not compared.
  public let name: String
  /// GFLOP or GB of one run.
  public let work: Double
  private let body: @Sendable () -> Void

  /// A yardstick.
  ///
  /// - Parameters:
  ///   - name: Its name, sizes included.
  ///   - work: Work of one run, in units of its rate times seconds.
  ///   - body: One run, a few milliseconds.
  public init(_ name: String, work: Double, _ body: @escaping @Sendable () -> Void) {
    self.name = name
    self.work = work
    self.body = body
  }

  /// One run.
  public func run() { body() }

  /// A matrix product that stays in cache: for work bound by arithmetic; GFLOP.
  public static let product: Yardstick = {
    let size = 512
    let a = KernelData.tensor(rows: size, columns: size, "yardstick/a")
    let b = KernelData.tensor(rows: size, columns: size, "yardstick/b")
    let c = Tensor(rows: size, columns: size)
    return Yardstick("product \(size)", work: 2e-9 * Double(size * size * size)) {
      Matrix.multiply(a, b, into: c)
    }
  }()

  /// y += x / 2 on arrays of 64 MB: for work bound by main memory; GB.
  public static let triad = triad(bytes: 1 << 27, repeats: 1)

  /// The same on arrays that fit into a core's cache together.
  static let cachedTriad = triad(bytes: cachedBytes, repeats: 200)

  /// Bytes that a core keeps close by.
  static let cachedBytes = 1 << 19

  private static func triad(bytes: Int, repeats: Int) -> Yardstick {
    let count = bytes / 8
    let x = Tensor(rows: 1, columns: count)
    let y = Tensor(rows: 1, columns: count)
    x.fill(0)
    y.fill(1)
    return Yardstick("triad \(bytes >> 10) KiB", work: 12e-9 * Double(count * repeats)) {
      for _ in 0..<repeats { y.add(x, scale: 0.5) }
    }
  }
}
