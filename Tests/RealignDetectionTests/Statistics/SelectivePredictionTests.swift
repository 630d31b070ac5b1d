import RealignDetection
import Testing

@Suite("Selective prediction") struct SelectivePredictionTests {
  @Test("risk, AURC and its optimum equal the hand-derived series")
  func area() throws {
    let curve = try #require(
      SelectivePrediction(
        confidences: [0.9, 0.8, 0.7, 0.6, 0.5],
        outcomes: [true, false, true, true, false]
      )
    )
    let expected: [Double] = [0, 1.0 / 2, 1.0 / 3, 1.0 / 4, 2.0 / 5]
    #expect(curve.risks == expected)
    #expect(abs(curve.aurc - 0.2966666666666667) < 1e-15)
    #expect(abs(curve.optimalAURC - 0.13) < 1e-15)
    #expect(abs(curve.excessAURC - 0.16666666666666669) < 1e-15)
    #expect(curve.errorRate == 0.4)
  }

  @Test("the perfect ordering has no excess and a rejection ratio of one")
  func oracle() throws {
    let curve = try #require(
      SelectivePrediction(confidences: [4, 3, 2, 1], outcomes: [true, true, true, false])
    )
    #expect(curve.excessAURC == 0)
    #expect(curve.predictionRejectionRatio == 1)
    #expect(curve.coverage(riskAtMost: 0) == 0.75)
    #expect(curve.coverage(riskAtMost: 0.3) == 1)
  }

  @Test("constant confidence is a random ordering: risk everywhere the error rate, ratio zero")
  func ties() throws {
    let curve = try #require(
      SelectivePrediction(confidences: [1, 1, 1, 1], outcomes: [false, true, true, true])
    )
    #expect(curve.risks == [0.25, 0.25, 0.25, 0.25])
    #expect(curve.predictionRejectionRatio == 0)
  }

  @Test("nothing right or nothing wrong leaves no ratio, nothing at all no curve")
  func edges() {
    #expect(SelectivePrediction(confidences: [], outcomes: []) == nil)
    #expect(SelectivePrediction(confidences: [.nan], outcomes: [true]) == nil)
    let allRight = SelectivePrediction(confidences: [1, 2], outcomes: [true, true])
    #expect(allRight?.predictionRejectionRatio == nil)
    #expect(allRight?.aurc == 0)
    let allWrong = SelectivePrediction(confidences: [1, 2], outcomes: [false, false])
    #expect(allWrong?.coverage(riskAtMost: 0.5) == 0)
  }
}
