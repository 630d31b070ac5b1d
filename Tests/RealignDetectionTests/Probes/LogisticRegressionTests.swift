import Foundation
import RealignDetection
import RealignNumerics
import Testing

@Suite("Logistic regression")
struct LogisticRegressionTests {
  /// The gradient of the penalised log-likelihood must vanish at the fit.
  @Test("the fit is a stationary point of its objective")
  func stationary() throws {
    var stream = RandomStream(seed: 4, name: "logistic")
    let rows = (0..<200).map { _ in (0..<3).map { _ in stream.normal() } }
    let labels = rows.map { row in
      stream.uniform() < 1 / (1 + exp(-(row[0] - 2 * row[1] + 0.3)))
    }
    let fit = try LogisticRegression(features: rows, labels: labels, penalty: 2)
    let errors = zip(rows, labels).map { fit.probability($0) - ($1 ? 1 : 0) }
    #expect(abs(errors.reduce(0, +)) < 1e-6)
    for j in 0..<3 {
      let gradient =
        zip(rows, errors).reduce(0) {
          $0 + $1.1 * ($1.0[j] - fit.means[j]) / fit.deviations[j]
        } + 2 * fit.coefficients[j]
      #expect(abs(gradient) < 1e-5)
    }
    #expect(fit.coefficients[0] > 0 && fit.coefficients[1] < 0)
  }

  @Test("separable data stay finite under the penalty")
  func separable() throws {
    let fit = try LogisticRegression(
      features: (0..<40).map { [Double($0)] },
      labels: (0..<40).map { $0 >= 20 }
    )
    #expect(fit.coefficients[0].isFinite && fit.coefficients[0] > 0)
    #expect(fit.probability([39]) > 0.9 && fit.probability([0]) < 0.1)
  }

  @Test("a constant feature gets no weight")
  func constant() throws {
    let fit = try LogisticRegression(
      features: (0..<20).map { [1, Double($0)] },
      labels: (0..<20).map { $0 % 3 == 0 }
    )
    #expect(abs(fit.coefficients[0]) < 1e-9)
  }

  @Test("is read back from its record")
  func roundTrip() throws {
    let fit = try LogisticRegression(
      features: [[1, 2], [2, 1], [0, 3], [3, 3]],
      labels: [true, false, true, false]
    )
    #expect(try LogisticRegression(json: fit.json, file: "x") == fit)
  }
}
