import RealignNumerics
import Testing

@testable import RealignHardware

@Suite("Shares of work")
struct WorkSharesTests {
  @Test("parts add up exactly, and each is its exact share rounded down or up")
  func exactSum() {
    var stream = RandomStream(seed: 1, name: "shares")
    for _ in 0..<500 {
      let total = stream.uniform(below: 20_000)
      let weights = (0..<1 + stream.uniform(below: 9)).map { _ in
        stream.uniform() < 0.2 ? 0 : 0.01 + 10 * stream.uniform()
      }
      guard weights.contains(where: { $0 > 0 }) else { continue }
      let sum = weights.reduce(0, +)
      for parts in [
        WorkShares.largestRemainder(total, weights: weights),
        WorkShares.earliest(total, rates: weights),
      ] {
        #expect(parts.reduce(0, +) == total)
        #expect(zip(parts, weights).allSatisfy { $1 > 0 || $0 == 0 })
      }
      let fair = WorkShares.largestRemainder(total, weights: weights)
      for (part, weight) in zip(fair, weights) {
        #expect(abs(Double(part) - Double(total) * weight / sum) < 1 + 1e-9)
      }
    }
  }

  @Test(
    "remainders go to the largest, equal ones to the first",
    arguments: [
      (7, [3.86, 0.76], [6, 1]), (3, [1, 1], [2, 1]), (10, [1, 1, 1], [4, 3, 3]),
      (0, [1, 2], [0, 0]), (1, [0, 5], [0, 1]), (100, [1, 0, 3], [25, 0, 75]),
    ] as [(Int, [Double], [Int])]
  )
  func remainders(_ total: Int, _ weights: [Double], _ expected: [Int]) {
    #expect(WorkShares.largestRemainder(total, weights: weights) == expected)
  }

  @Test("very large and very small numbers keep the sum exact")
  func extremes() {
    let total = 1 << 53
    #expect(WorkShares.largestRemainder(total, weights: [1, 1, 1]).reduce(0, +) == total)
    let huge = [Double.greatestFiniteMagnitude, .greatestFiniteMagnitude]
    #expect(WorkShares.largestRemainder(9, weights: huge) == [5, 4])
    let tiny = [Double.leastNonzeroMagnitude, 1]
    #expect(WorkShares.largestRemainder(1000, weights: tiny) == [0, 1000])
    #expect(WorkShares.fractions(huge) == [0.5, 0.5])
  }

  /// Every division of `total` over rates; the least time of the last.
  private func bruteForce(_ total: Int, _ rates: [Double]) -> Double {
    var best = Double.infinity
    for a in 0...total {
      for b in 0...(total - a) where rates.count == 3 || a + b == total {
        best = min(best, WorkSplit.seconds([a, b, total - a - b], rates + [.infinity]))
      }
    }
    return best
  }

  @Test("no division ends before that of earliest", arguments: [1, 2, 3, 7, 20, 45])
  func optimum(_ total: Int) {
    for rates in [[3.86, 0.76, 1.2], [1.95, 1.03, 1.0], [1, 1, 1], [9, 0.1, 0.1]] {
      let parts = WorkShares.earliest(total, rates: rates)
      let best = bruteForce(total, rates)
      #expect(abs(WorkSplit.seconds(parts, rates) - best) <= 1e-12 * best)
    }
  }

  @Test("largest remainders are kept unless they cost more than 2 %")
  func refinement() {
    // 8.355 and 1.645 of 10: the second one would take 2.63 s, nine and one take 2.33 s.
    let few = WorkSplit(10, rates: [3.86, 0.76])
    #expect(few.isRefined && few.parts == [9, 1])
    let many = WorkSplit(10_000, rates: [3.86, 0.76])
    #expect(!many.isRefined && many.parts == [8355, 1645])
  }
}
