import Foundation
import Testing

@testable import RealignNumerics

@Suite("Random streams")
struct RandomStreamTests {
  @Test("Philox 2x64-10 gives the published test vectors of Random123")
  func knownVectors() {
    let zero = Philox.block(counter: (0, 0), key: 0)
    #expect(zero.0 == 0xCA00_A045_9843_D731 && zero.1 == 0x66C2_4222_C9A8_45B5)
    let ones = Philox.block(counter: (.max, .max), key: .max)
    #expect(ones.0 == 0x65B0_21D6_0CD8_310F && ones.1 == 0x4D02_F322_2F86_DF20)
  }

  @Test("an output depends on seed, name and index alone")
  func isCounterBased() {
    var all = RandomStream(seed: 7, name: "order")
    let first = (0..<10).map { _ in all.next() }
    var resumed = RandomStream(seed: 7, name: "order", counter: 6)
    #expect(first[6...].elementsEqual((0..<4).map { _ in resumed.next() }))
    var otherName = RandomStream(seed: 7, name: "orders")
    var otherSeed = RandomStream(seed: 8, name: "order")
    #expect(Set(first + [otherName.next(), otherSeed.next()]).count == 12)
  }

  @Test("uniforms have mean 1/2 and variance 1/12; normals 0, 1 and kurtosis 3")
  func moments() {
    var stream = RandomStream(seed: 3, name: "moments")
    let count = 200_000
    let uniforms = (0..<count).map { _ in stream.uniform() }
    #expect(uniforms.allSatisfy { $0 >= 0 && $0 < 1 })
    func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
    // Five standard errors each.
    #expect(abs(mean(uniforms) - 0.5) < 5 * (1.0 / 12 / Double(count)).squareRoot())
    #expect(abs(mean(uniforms.map { ($0 - 0.5) * ($0 - 0.5) }) - 1.0 / 12) < 5 * 1.7e-4)
    let normals = (0..<count).map { _ in stream.normal() }
    #expect(abs(mean(normals)) < 5 / Double(count).squareRoot())
    #expect(abs(mean(normals.map { $0 * $0 }) - 1) < 5 * (2 / Double(count)).squareRoot())
    #expect(abs(mean(normals.map { pow($0, 4) }) - 3) < 5 * (96 / Double(count)).squareRoot())
  }

  @Test("bounded integers are uniform", arguments: [1, 2, 3, 7, 10])
  func bounded(bound: Int) {
    var stream = RandomStream(seed: 5, name: "bounded")
    var counts = [Int](repeating: 0, count: bound)
    let draws = 60_000
    for _ in 0..<draws { counts[stream.uniform(below: bound)] += 1 }
    let expected = Double(draws) / Double(bound)
    // Chi-square with bound - 1 degrees of freedom; 40 is beyond 1e-4 for nine.
    let chi = counts.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
    #expect(chi < 40)
  }

  @Test("a permutation holds every index once and all orders are equally likely")
  func permutations() {
    var stream = RandomStream(seed: 9, name: "permutation")
    #expect(stream.permutation(100).sorted() == Array(0..<100))
    #expect(stream.permutation(0).isEmpty)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 { counts[stream.permutation(4), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 160 })  // five standard deviations
  }
}
