import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite("Dropout mask")
struct DropoutMaskTests {
  static let shapes = [(1, 1), (3, 31), (2, 32), (5, 33), (70, 576), (1, 1000)]

  static func mask(
    _ rows: Int,
    _ columns: Int,
    probability: Double = 0.3,
    counter: UInt64 = 5
  ) -> DropoutMask {
    DropoutMask(
      rows: rows,
      columns: columns,
      probability: probability,
      stream: RandomStream(seed: 7, name: "dropout", counter: counter)
    )
  }

  /// 1 where the mask keeps an element and 0 elsewhere, taken from the stream's definition.
  static func expected(_ rows: Int, _ columns: Int, probability: Double) -> [Float] {
    let stream = RandomStream(seed: 7, name: "dropout", counter: 5)
    let words = (columns + 31) / 32
    return (0..<rows).flatMap { r in
      (0..<columns).map { c in
        let bit = c % 32
        let block = Philox.block(
          counter: (5 + UInt64(8 * (r * words + c / 32) + bit / 4), stream.lane),
          key: stream.key
        )
        let draw = bit / 2 % 2 == 0 ? block.0 : block.1
        let half = bit % 2 == 0 ? draw & 0xFFFF_FFFF : draw >> 32
        return Double(half) >= probability * 0x1p32 ? 1 : 0
      }
    }
  }

  @Test("elements are kept as the stream says, and scaled", arguments: shapes)
  func values(rows: Int, columns: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: columns, name: "x")
    let result = Tensor.randomStrided(rows: rows, columns: columns, name: "y")
    let start = result.values
    let mask = Self.mask(rows, columns)
    let kept = Self.expected(rows, columns, probability: 0.3)
    #expect(mask.scale == Float(1 / 0.7))
    mask.add(x, to: result)
    for (index, value) in result.values.enumerated() {
      let exact = Double(start[index]) + Double(kept[index] * x.values[index]) / 0.7
      #expect(abs(Double(value) - exact) < 1e-6)
    }
    mask.apply(to: x, into: result)
    #expect(result.values == zip(kept, x.values).map { $0 == 0 ? 0 : $1 * mask.scale })
  }

  @Test("dropped infinities and NaNs are zeros")
  func notFinite() {
    let x = Tensor(rows: 1, columns: 64)
    x.fill(.nan)
    let result = Tensor(rows: 1, columns: 64)
    Self.mask(1, 64).apply(to: x, into: result)
    let kept = Self.expected(1, 64, probability: 0.3)
    #expect(result.values.map(\.isNaN) == kept.map { $0 == 1 })
  }

  @Test("as many are dropped as asked for", arguments: [0, 0.05, 0.5, 0.999])
  func share(probability: Double) {
    let x = Tensor(rows: 100, columns: 1000)
    x.fill(1)
    Self.mask(100, 1000, probability: probability).apply(to: x, into: x)
    let dropped = Double(x.values.count { $0 == 0 }) / 1e5
    // Five standard deviations of a binomial share.
    #expect(abs(dropped - probability) <= 5 * (probability * (1 - probability) / 1e5).squareRoot())
    #expect(Self.mask(1, 1, probability: probability).scale == Float(1 / (1 - probability)))
  }
}
