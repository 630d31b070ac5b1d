import RealignDetection
import Testing

@Suite("ROC") struct ROCTests {
  let scores = [0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.4, 0.3, 0.1]
  let labels = [true, true, false, true, false, true, false, false, true, false]

  @Test("AUROC equals the Mann–Whitney statistic of scipy, ties one half")
  func aurocWithTies() {
    #expect(ROC.auroc(scores: scores, labels: labels) == 0.7)
  }

  @Test("AUROC counts pairs: the quadratic definition gives the same value")
  func aurocByPairs() throws {
    let scores = (0..<60).map { Double(($0 * 37) % 17) }
    let labels = (0..<60).map { ($0 * 29) % 7 < 3 }
    var wins = 0.0
    var pairs = 0.0
    for (i, score) in scores.enumerated() where labels[i] {
      for (j, other) in scores.enumerated() where !labels[j] {
        wins += score > other ? 1 : (score == other ? 0.5 : 0)
        pairs += 1
      }
    }
    let area = try #require(ROC.auroc(scores: scores, labels: labels))
    #expect(abs(area - wins / pairs) < 1e-14)
  }

  @Test("constant scores have AUROC one half and AUPRC equal to the base rate")
  func constantScores() {
    let scores = [Double](repeating: 3, count: 8)
    let labels = [true, false, false, true, false, false, false, false]
    #expect(ROC.auroc(scores: scores, labels: labels) == 0.5)
    #expect(ROC.auprc(scores: scores, labels: labels) == 0.25)
    #expect(ROC.baseRate(labels: labels) == 0.25)
  }

  @Test("perfect and inverted rankings reach 1 and 0")
  func extremes() {
    let labels = [true, true, false, false]
    #expect(ROC.auroc(scores: [4, 3, 2, 1], labels: labels) == 1)
    #expect(ROC.auroc(scores: [1, 2, 3, 4], labels: labels) == 0)
    #expect(ROC.auprc(scores: [4, 3, 2, 1], labels: labels) == 1)
    #expect(ROC.auroc(scores: [.infinity, 1, -.infinity, 0], labels: labels) == 1)
  }

  @Test("average precision equals the value computed from thresholds in numpy")
  func averagePrecision() throws {
    let area = try #require(ROC.auprc(scores: scores, labels: labels))
    #expect(abs(area - 0.7087301587301588) < 1e-14)
  }

  @Test("the order of the items does not change an area")
  func orderInvariance() {
    let order = [7, 2, 9, 0, 4, 1, 8, 3, 6, 5]
    let (shuffled, moved) = (order.map { scores[$0] }, order.map { labels[$0] })
    #expect(
      ROC.auroc(scores: shuffled, labels: moved) == ROC.auroc(scores: scores, labels: labels)
    )
    #expect(
      ROC.auprc(scores: shuffled, labels: moved) == ROC.auprc(scores: scores, labels: labels)
    )
  }

  @Test("a missing class or a NaN score leaves the areas undefined")
  func undefined() {
    #expect(ROC.auroc(scores: [1, 2], labels: [true, true]) == nil)
    #expect(ROC.auroc(scores: [], labels: []) == nil)
    #expect(ROC.auprc(scores: [1, .nan], labels: [true, false]) == nil)
    #expect(ROC.curve(scores: [1, 2], labels: [false, false]).isEmpty)
    #expect(ROC.baseRate(labels: []) == nil)
  }

  @Test("the curve runs from nothing flagged to everything flagged, one point a score")
  func curve() {
    let points = ROC.curve(scores: scores, labels: labels)
    #expect(points.map(\.threshold) == [.infinity, 0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.1])
    #expect(points.map(\.truePositives) == [0, 1, 2, 3, 4, 4, 5, 5])
    #expect(points.map(\.falsePositives) == [0, 0, 1, 1, 3, 4, 4, 5])
    #expect(points.allSatisfy { $0.positives == 5 && $0.negatives == 5 })
  }

  @Test("the trapezoids under the curve add up to AUROC")
  func curveArea() throws {
    let points = ROC.curve(scores: scores, labels: labels)
    let area = zip(points, points.dropFirst()).reduce(0.0) { sum, pair in
      sum + (pair.1.falsePositiveRate - pair.0.falsePositiveRate)
        * (pair.0.recall + pair.1.recall) / 2
    }
    #expect(abs(area - 0.7) < 1e-14)
  }

  @Test("a threshold flags scores at or above it and gives the counted rates")
  func point() {
    let point = ROC.point(scores: scores, labels: labels, threshold: 0.6)
    #expect(point.recall == 0.8)
    #expect(point.falsePositiveRate == 0.6)
    let precision: Double = 4.0 / 7
    #expect(point.precision == precision)
    let f1: Double = 2 * 0.8 * (4.0 / 7) / (0.8 + 4.0 / 7)
    #expect(abs(point.f1 - f1) < 1e-15)
    let blank = ROC.point(scores: [.nan], labels: [true], threshold: 0)
    #expect(blank.truePositives == 0 && blank.positives == 1)
  }
}
