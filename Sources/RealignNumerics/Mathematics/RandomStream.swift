import Foundation

/// A named stream of random numbers: output i is a pure function of (seed, name, i).
///
/// Philox 2x64 with ten rounds (Salmon et al. 2011, section 4): the key is the seed, the counter
/// holds i and a hash of the name. Streams of different names never share a counter, and a stream
/// can be resumed from `counter` alone.
public struct RandomStream: Sendable, RandomNumberGenerator {
  /// Index of the next output.
  public var counter: UInt64
  let key: UInt64
  let lane: UInt64

  /// Opens the stream `name` of `seed` at output `counter`.
  public init(seed: UInt64, name: String, counter: UInt64 = 0) {
    key = seed
    lane = Self.hash(name)
    self.counter = counter
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    defer { counter &+= 1 }
    return Philox.block(counter: (counter, lane), key: key).0
  }

  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in 0..<bound without bias (Lemire 2019, algorithm 5).
  public mutating func uniform(below bound: Int) -> Int {
    precondition(bound > 0, "a number below \(bound)")
    let range = UInt64(bound)
    let rejected = (0 &- range) % range
    while true {
      let product = next().multipliedFullWidth(by: range)
      if product.low >= rejected { return Int(product.high) }
    }
  }

  /// Standard normal; takes two outputs (Box & Muller 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A random order of 0..<count.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// Shuffles in place (Fisher & Yates 1938).
  public mutating func shuffle<Element>(_ array: inout [Element]) {
    for last in stride(from: array.count - 1, to: 0, by: -1) {
      array.swapAt(last, uniform(below: last + 1))
    }
  }

  /// The elements in random order.
  public mutating func shuffled<Element>(_ array: [Element]) -> [Element] {
    var copy = array
    shuffle(&copy)
    return copy
  }

  /// FNV-1a over UTF-8.
  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

/// The bijection under the stream.
enum Philox {
  /// Ten rounds of Philox 2x64.
  static func block(counter: (UInt64, UInt64), key: UInt64) -> (UInt64, UInt64) {
    var (left, right) = counter
    var key = key
    for _ in 0..<10 {
      let product = left.multipliedFullWidth(by: 0xD2B7_4407_B1CE_6E93)
      left = product.high ^ key ^ right
      right = product.low
      key &+= 0x9E37_79B9_7F4A_7C15
    }
    return (left, right)
  }
}
