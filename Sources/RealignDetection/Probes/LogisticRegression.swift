import Foundation
import RealignNumerics
import RealignText

/// Binary logistic regression with an L2 penalty, fitted by iteratively reweighted least squares.
///
/// Each step solves (XᵀWX + λI) δ = gradient by Cholesky (LAPACK `dpotrf`); features are
/// standardised first, the intercept is not penalised.
public struct LogisticRegression: Sendable, Equatable {
  /// Mean of each feature in the fitting data.
  public let means: [Double]
  /// Standard deviation of each feature; 1 for constants.
  public let deviations: [Double]
  /// One coefficient per standardised feature.
  public let coefficients: [Double]
  /// The intercept.
  public let intercept: Double

  /// Fits to rows of features with labels 0 or 1.
  ///
  /// - Parameters:
  ///   - features: All rows have the same length.
  ///   - labels: True is the positive class.
  ///   - penalty: λ, in units of one observation.
  /// - Throws: `InputError` when there are no rows or a feature is not finite.
  public init(features: [[Double]], labels: [Bool], penalty: Double = 1) throws {
    guard let width = features.first?.count, features.count == labels.count else {
      throw InputError(.badData, "nothing to fit", found: "\(features.count) rows")
    }
    guard features.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) }) else {
      throw InputError(.badData, "features must be finite and of equal number")
    }
    let count = Double(features.count)
    var means = [Double](repeating: 0, count: width)
    var deviations = [Double](repeating: 0, count: width)
    for row in features { for j in 0..<width { means[j] += row[j] / count } }
    for row in features {
      for j in 0..<width { deviations[j] += (row[j] - means[j]) * (row[j] - means[j]) / count }
    }
    deviations = deviations.map { $0 > 1e-12 ? $0.squareRoot() : 1 }
    let rows = features.map { row in
      (0..<width).map { (row[$0] - means[$0]) / deviations[$0] } + [1]
    }
    let solution = try Self.solve(rows, labels: labels, penalty: penalty)
    self.means = means
    self.deviations = deviations
    coefficients = Array(solution.dropLast())
    intercept = solution.last ?? 0
  }

  /// Probability of the positive class.
  public func probability(_ features: [Double]) -> Double {
    1 / (1 + exp(-logit(features)))
  }

  /// Log-odds of the positive class.
  public func logit(_ features: [Double]) -> Double {
    precondition(features.count == means.count, "\(features.count) features, \(means.count) fitted")
    var sum = intercept
    for j in features.indices {
      sum += coefficients[j] * (features[j] - means[j]) / deviations[j]
    }
    return sum
  }

  /// Newton steps on the penalised log-likelihood, halved while they do not improve it.
  private static func solve(
    _ rows: [[Double]],
    labels: [Bool],
    penalty: Double
  ) throws -> [Double] {
    let n = rows[0].count
    var beta = [Double](repeating: 0, count: n)
    var objective = loss(rows, labels: labels, beta: beta, penalty: penalty)
    for _ in 0..<50 {
      let (gradient, hessian) = derivatives(rows, labels: labels, beta: beta, penalty: penalty)
      let step = try LinearAlgebra.choleskySolve(hessian, gradient, n: n)
      var scale = 1.0
      var candidate = beta
      var next = objective
      repeat {
        candidate = (0..<n).map { beta[$0] - scale * step[$0] }
        next = loss(rows, labels: labels, beta: candidate, penalty: penalty)
        scale /= 2
      } while next > objective && scale > 1e-8
      let gain = objective - next
      if next <= objective { (beta, objective) = (candidate, next) }
      if gain < 1e-10 * (1 + abs(objective)) { break }
    }
    return beta
  }

  private static func loss(
    _ rows: [[Double]],
    labels: [Bool],
    beta: [Double],
    penalty: Double
  ) -> Double {
    var total = 0.0
    for (row, label) in zip(rows, labels) {
      let z = zip(row, beta).reduce(0) { $0 + $1.0 * $1.1 }
      let signed = label ? z : -z
      total += max(-signed, 0) + log1p(exp(-abs(signed)))
    }
    return total + 0.5 * penalty * beta.dropLast().reduce(0) { $0 + $1 * $1 }
  }

  private static func derivatives(
    _ rows: [[Double]],
    labels: [Bool],
    beta: [Double],
    penalty: Double
  ) -> (gradient: [Double], hessian: [Double]) {
    let n = beta.count
    var gradient = (0..<n).map { $0 < n - 1 ? penalty * beta[$0] : 0 }
    var hessian = [Double](repeating: 0, count: n * n)
    for (row, label) in zip(rows, labels) {
      let z = zip(row, beta).reduce(0) { $0 + $1.0 * $1.1 }
      let p = 1 / (1 + exp(-z))
      let weight = max(p * (1 - p), 1e-12)
      for i in 0..<n {
        gradient[i] += (p - (label ? 1 : 0)) * row[i]
        let scaled = weight * row[i]
        if scaled == 0 { continue }
        for j in 0...i { hessian[i * n + j] += scaled * row[j] }
      }
    }
    for i in 0..<n {
      hessian[i * n + i] += i < n - 1 ? penalty : 1e-9
      for j in 0..<i { hessian[j * n + i] = hessian[i * n + j] }
    }
    return (gradient, hessian)
  }
}

extension LogisticRegression {
  /// A record from which the model is read back.
  public var json: JSONValue {
    func list(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    return .object([
      "means": list(means), "deviations": list(deviations),
      "coefficients": list(coefficients), "intercept": .number(intercept),
    ])
  }

  /// Reads a record.
  ///
  /// - Throws: `InputError` when it is not one.
  public init(json: JSONValue, file: String) throws {
    func list(_ name: String) throws -> [Double] {
      let values = json.objectValue?[name]?.arrayValue?.compactMap(\.doubleValue)
      guard let values else {
        throw InputError(.badData, "not a logistic regression", file: file, field: name)
      }
      return values
    }
    means = try list("means")
    deviations = try list("deviations")
    coefficients = try list("coefficients")
    guard let intercept = json.objectValue?["intercept"]?.doubleValue,
      means.count == coefficients.count, deviations.count == means.count
    else {
      throw InputError(.badData, "not a logistic regression", file: file, field: "intercept")
    }
    self.intercept = intercept
  }
}
