/// Results of parallel blocks, doubles written apart and read in order.
final class DoublePartials: @unchecked Sendable {
  let base: UnsafeMutablePointer<Double>
  private let count: Int

  init(count: Int) {
    self.count = count
    base = .allocate(capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { base.deallocate() }

  subscript(index: Int) -> Double {
    get { base[index] }
    set { base[index] = newValue }
  }

  var values: [Double] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
