import RealignEvaluation
import RealignText
import Testing

@Suite("Gate") struct GateTests {
  let factuality = Gate("factuality", stage: "cite", .atLeast, 0.90)
  let rate = Gate("hallucination_rate", stage: "evaluate", .below, 0.10)
  let drift = Gate("kl_per_token", stage: "optimize", .atMost, 0.1)

  @Test("a rate below 10 % passes exactly when its Clopper–Pearson bound does")
  func boundDecides() {
    // Published table: 84 of 1,000 certify, 85 do not.
    #expect(rate.decide(.rate(successes: 84, of: 1000)).verdict == .pass)
    #expect(rate.decide(.rate(successes: 85, of: 1000)).verdict == .insufficient)
    #expect(rate.decide(.rate(successes: 100, of: 1000)).verdict == .fail)
    #expect(rate.decide(.rate(successes: 0, of: 29)).verdict == .pass)
    #expect(rate.decide(.rate(successes: 0, of: 28)).verdict == .insufficient)
  }

  @Test("point mode compares the estimate with the operator as written")
  func pointMode() {
    #expect(rate.decide(.point(0.10, n: 10), mode: .point).verdict == .fail)
    #expect(rate.decide(.point(0.0999, n: 10), mode: .point).verdict == .pass)
    #expect(drift.decide(.point(0.1, n: 10), mode: .point).verdict == .pass)
    #expect(drift.decide(.point(0.1000001, n: 10), mode: .point).verdict == .fail)
    #expect(factuality.decide(.point(0.90, n: 10), mode: .point).verdict == .pass)
    #expect(factuality.decide(.point(0.8999, n: 10), mode: .point).verdict == .fail)
  }

  @Test("a missing, empty or non-finite value is NOT MEASURED in both modes")
  func notMeasured() {
    let values: [MetricValue?] = [
      nil, .point(.nan, n: 5), .point(-.infinity, n: 5), .point(0, n: 0),
      .rate(successes: 0, of: 0),
    ]
    for mode in GateMode.allCases {
      for value in values {
        let result = drift.decide(value, mode: mode)
        #expect(result.verdict == .notMeasured)
        #expect(result.blocks)
      }
    }
  }

  @Test("an estimate without a finite bound never passes in bound mode")
  func noBound() {
    #expect(drift.decide(.point(0.01, n: 50)).verdict == .insufficient)
    #expect(drift.decide(.point(0.2, n: 50)).verdict == .fail)
    let infinite = MetricValue(
      estimate: 0.01,
      low: 0,
      high: 0.02,
      n: 9,
      upperBound: -.infinity
    )
    #expect(drift.decide(infinite).verdict == .insufficient)
  }

  @Test("a supplied bootstrap bound decides before the two-sided interval")
  func suppliedBound() {
    let value = MetricValue(estimate: 0.08, low: 0.05, high: 0.11, n: 40, upperBound: 0.099)
    #expect(drift.decide(value).verdict == .pass)
    #expect(drift.decide(value).bound == 0.099)
    let wide = MetricValue(estimate: 0.08, low: 0.05, high: 0.11, n: 40)
    #expect(drift.decide(wide).verdict == .insufficient)
  }

  @Test("INSUFFICIENT says how many more items the same rate needs")
  func itemsNeeded() {
    // 0 of 20: 29 items in all certify; 8 of 100: 635 items in all do.
    #expect(rate.decide(.rate(successes: 0, of: 20)).itemsNeeded == 9)
    #expect(rate.decide(.rate(successes: 8, of: 100)).itemsNeeded == 535)
    let close = MetricValue(estimate: 0.08, low: 0.04, high: 0.12, n: 100, upperBound: 0.11)
    // Half-width 0.03 must shrink to 0.02: n · 2.25.
    #expect([125, 126].contains(drift.decide(close).itemsNeeded))
    let equal = MetricValue(estimate: 0.1, low: 0.04, high: 0.12, n: 100, upperBound: 0.11)
    #expect(drift.decide(equal).itemsNeeded == nil)
    #expect(drift.decide(equal).reason?.contains("too close") == true)
    #expect(rate.decide(.rate(successes: 0, of: 29)).itemsNeeded == nil)
  }

  @Test("adding the items named by INSUFFICIENT makes a rate pass")
  func itemsNeededSuffice() throws {
    let need = try #require(factuality.decide(.rate(successes: 95, of: 100)).itemsNeeded)
    let total = 100 + need
    let successes = Int((0.95 * Double(total)).rounded(.up))
    #expect(factuality.decide(.rate(successes: successes, of: total)).verdict == .pass)
  }

  @Test("a gate that must only not be refuted passes while the favourable bound meets it")
  func notRefuted() {
    let gate = Gate("capability_worst", stage: "evaluate", .atLeast, 0.95, evidence: .notRefuted)
    let noisy = MetricValue(
      estimate: 0.93,
      low: 0.8,
      high: 1.05,
      n: 50,
      lowerBound: 0.82,
      upperBound: 1.02
    )
    #expect(gate.decide(noisy).verdict == .pass)
    #expect(gate.decide(noisy).bound == 1.02)
    let lost = MetricValue(
      estimate: 0.8,
      low: 0.7,
      high: 0.9,
      n: 500,
      lowerBound: 0.72,
      upperBound: 0.88
    )
    #expect(gate.decide(lost).verdict == .fail)
    #expect(gate.decide(noisy, mode: .point).verdict == .fail)
  }

  @Test("JSON carries the contract's fields; non-finite numbers are null")
  func json() {
    let result = rate.decide(.rate(successes: 5, of: 100))
    let object = result.json.objectValue
    #expect(object?["name"] == "hallucination_rate")
    #expect(object?["operator"] == "<")
    #expect(object?["threshold"] == 0.1)
    #expect(object?["estimate"] == 0.05)
    #expect(object?["n"] == 100)
    #expect(object?["verdict"] == "INSUFFICIENT")
    #expect(object?["stage"] == "evaluate")
    #expect(abs((object?["bound"]?.doubleValue ?? 0) - 0.1022533768) < 1e-9)
    let missing = rate.decide(nil).json.serialized()
    #expect(missing.contains("\"estimate\":null"))
    #expect(missing.contains("\"verdict\":\"NOT MEASURED\""))
    #expect(missing.contains("\"n\":0"))
  }
}
