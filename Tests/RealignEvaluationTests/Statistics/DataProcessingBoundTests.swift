import RealignEvaluation
import Testing

@Suite("Data-processing bound") struct DataProcessingBoundTests {
  @Test(
    "least nats per response equal the reference table",
    arguments: [
      (0.12, 0.02, 0.070), (0.12, 0.0999, 0.002), (0.20, 0.05, 0.094), (0.30, 0.05, 0.201),
      (0.30, 0.0999, 0.116), (0.60, 0.08, 0.605), (0.60, 0.02, 0.810), (0.40, 0.08, 0.264),
    ]
  )
  func table(before: Double, after: Double, nats: Double) {
    let bound = DataProcessingBound.minimumDivergence(before: before, after: after)
    #expect(abs(bound - nats) < 5.1e-4)
  }

  @Test("binary divergence equals scipy's rel_entr, is zero only without a move, may be infinite")
  func divergence() {
    #expect(
      abs(DataProcessingBound.binaryDivergence(0.05, 0.3) - 0.20052459361222003) < 1e-15
    )
    #expect(DataProcessingBound.binaryDivergence(0.3, 0.3) == 0)
    #expect(DataProcessingBound.binaryDivergence(0, 0) == 0)
    #expect(DataProcessingBound.binaryDivergence(0.1, 0) == .infinity)
    #expect(DataProcessingBound.binaryDivergence(0.1, 0.2) != 0.044)
  }

  @Test(
    "largest starting rates within 0.1 nats equal the reference values",
    arguments: [(0.05, 0.206), (0.08, 0.253), (0.0999, 0.282)]
  )
  func largestStart(after: Double, before: Double) {
    let start = DataProcessingBound.largestStart(after: after, budget: 0.1)
    #expect(abs(start - before) < 5.1e-4)
    let spent = DataProcessingBound.minimumDivergence(before: start, after: after)
    #expect(abs(spent - 0.1) < 1e-12)
  }

  @Test("the smallest reachable rate spends the whole budget, or reaches zero")
  func smallestReachable() {
    let rate = DataProcessingBound.smallestReachable(before: 0.3, budget: 0.1)
    #expect(rate > 0.1 && rate < 0.12)
    #expect(abs(DataProcessingBound.binaryDivergence(rate, 0.3) - 0.1) < 1e-12)
    #expect(DataProcessingBound.smallestReachable(before: 0.3, budget: 5) == 0)
    #expect(DataProcessingBound.smallestReachable(before: 0.3, budget: 0) == 0.3)
  }

  @Test("efficiency compares the bound with what was spent")
  func efficiency() {
    let bound = DataProcessingBound.minimumDivergence(before: 0.6, after: 0.08)
    #expect(DataProcessingBound.efficiency(before: 0.6, after: 0.08, spent: 2 * bound) == 0.5)
  }
}
