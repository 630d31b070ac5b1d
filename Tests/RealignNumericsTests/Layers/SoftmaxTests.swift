import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Softmax")
struct SoftmaxTests {
  static let sizes = [1, 7, 8, 31, 64, 257, 5000]

  // Values of a published token fixture, computed in float64 with numpy.
  let policy = Tensor(
    [
      1, 2, 0.5, -1, 0, 0.1, -0.2, 0.3, 0.4, -0.5, 3, 0, -3, 1, 1, 100, 90, 80, 0, -100,
    ],
    rows: 4,
    columns: 5
  )
  let reference = Tensor(
    [
      0.8, 2.1, 0.4, -1, 0.1, 0, 0, 0.3, 0.4, -0.5, 2.5, 0, -3, 1, 1, 100, 92, 80, 0, -100,
    ],
    rows: 4,
    columns: 5
  )
  let targets: [Int32] = [1, 3, 0, 1]

  @Test("log-probabilities and entropies of the fixture")
  func fixtureStatistics() {
    let statistics = Softmax.statistics(logits: policy, targets: targets)
    // Float results: seven digits.
    #expect(
      Differences.largest(
        statistics.logProbability,
        [-0.5744379396, -1.2812218414, -0.2798538016, -10.0000454010]
      ) < 2e-7
    )
    #expect(
      Differences.largest(
        statistics.entropy,
        [1.2064892076, 1.5611214652, 0.8131937702, 4.9942086736e-4]
      ) < 3e-7
    )
    #expect(statistics.argmax == [1, 3, 0, 0])
    #expect(Differences.largest(statistics.meanLogit, [0.5, 0.02, 0.4, 34]) < 1e-6)
  }

  @Test("exact KL of the fixture")
  func fixtureDivergence() {
    let kl = Softmax.klDivergence(policyLogits: policy, referenceLogits: reference)
    // Logits such as 0.1 are rounded to float before they reach the kernel.
    #expect(
      Differences.largest(kl, [0.0076373513, 0.0041576400, 0.0249493952, 1.992117e-4]) < 1e-8
    )
  }

  @Test("statistics agree with the definition", arguments: sizes)
  func statistics(vocabulary: Int) {
    let logits = Tensor.randomStrided(rows: 31, columns: vocabulary, name: "logits")
    logits.scale(by: 3)
    let targets = (0..<31).map { Int32($0 * 7 % vocabulary) }
    let result = Softmax.statistics(logits: logits, targets: targets)
    let rows = DoubleMatrix(logits)
    for t in 0..<31 {
      let row = Array(rows.values[t * vocabulary..<(t + 1) * vocabulary])
      let sum = ReferenceKernels.logSumExp(row)
      let entropy = row.reduce(0) { $0 - exp($1 - sum) * ($1 - sum) }
      #expect(abs(Double(result.logSumExp[t]) - sum) < 2e-6)
      #expect(abs(Double(result.entropy[t]) - entropy) < 4e-6)
      #expect(abs(Double(result.logProbability[t]) - (row[Int(targets[t])] - sum)) < 2e-6)
      #expect(row[Int(result.argmax[t])] == row.max())
    }
  }

  @Test("collision probabilities agree with the definition", arguments: sizes)
  func collisions(vocabulary: Int) {
    let logits = Tensor.randomStrided(rows: 31, columns: vocabulary, name: "logits")
    logits.scale(by: 3)
    let rows = DoubleMatrix(logits)
    let expected = (0..<31).map { t in
      let row = Array(rows.values[t * vocabulary..<(t + 1) * vocabulary])
      return log(ReferenceKernels.softmax(row).reduce(0) { $0 + $1 * $1 })
    }
    // Single-precision exponentials, summed in blocks of 512.
    #expect(Differences.largest(Softmax.logCollisions(logits), expected) < 3e-6)
  }

  @Test("the weight that WPO gives the fixture")
  func fixtureCollisions() {
    let statistics = Softmax.statistics(logits: policy, targets: targets)
    let mean =
      zip(statistics.logProbability, Softmax.logCollisions(policy))
      .reduce(0) { $0 + Double($1.0) - $1.1 } / 4
    #expect(abs(exp(mean) - 0.1019841046) < 1e-7)
  }

  @Test("of equal logits the first is the most likely")
  func ties() {
    let logits = Tensor(rows: 2, columns: 1500)
    logits[1, 700] = 1
    logits[1, 1400] = 1
    let result = Softmax.statistics(logits: logits, targets: [0, -1])
    #expect(result.argmax == [0, 700] && result.logProbability[1] == 0)
    #expect(abs(Double(result.entropy[0]) - log(1500)) < 1e-6)
  }

  @Test("the logits' gradient is the slope of Σ coefficient · log p", arguments: sizes)
  func gradient(vocabulary: Int) {
    let logits = Tensor.random(rows: 7, columns: vocabulary, name: "logits")
    let point = DoubleMatrix(logits)
    let targets = (0..<7).map { Int32($0 * 3 % vocabulary) }
    let coefficients: [Float] = [1, -0.5, 0, 2, 0.25, -1, 0.125]
    let sums = Softmax.statistics(logits: logits, targets: targets).logSumExp
    Softmax.logitsGradient(
      logits: logits,
      targets: targets,
      logSumExp: sums,
      coefficients: coefficients
    )
    let error = GradientCheck.slopeError(logits, at: point) { x in
      (0..<7).reduce(0) { total, t in
        let row = Array(x.values[t * vocabulary..<(t + 1) * vocabulary])
        return total + Double(coefficients[t])
          * (row[Int(targets[t])] - ReferenceKernels.logSumExp(row))
      }
    }
    // One column: p is 1 up to rounding of log Σ exp, so only an absolute bound holds.
    #expect(error < (vocabulary == 1 ? 1e-3 : 2e-6))
  }

  @Test("KL agrees with the definition and with its slopes", arguments: sizes)
  func divergence(vocabulary: Int) {
    let p = Tensor.randomStrided(rows: 7, columns: vocabulary, name: "p")
    let q = Tensor.randomStrided(rows: 7, columns: vocabulary, name: "q")
    let (pd, qd) = (DoubleMatrix(p), DoubleMatrix(q))
    func rows(_ x: DoubleMatrix) -> [[Double]] {
      (0..<7).map { Array(x.values[$0 * vocabulary..<($0 + 1) * vocabulary]) }
    }
    let expected = zip(rows(pd), rows(qd)).map { ReferenceKernels.klDivergence($0, $1) }
    let kl = Softmax.klDivergence(policyLogits: p, referenceLogits: q)
    #expect(Differences.largest(kl, expected.map { max($0, 0) }) < 1e-12)
    let coefficients: [Float] = [1, -0.5, 0, 2, 0.25, -1, 0.125]
    let same = Softmax.klGradient(
      policyLogits: p,
      referenceLogits: q,
      coefficients: coefficients
    )
    #expect(same == kl)
    let error = GradientCheck.slopeError(p, at: pd) { x in
      zip(zip(rows(x), rows(qd)), coefficients).reduce(0) {
        $0 + Double($1.1) * ReferenceKernels.klDivergence($1.0.0, $1.0.1)
      }
    }
    #expect(error < 1e-6)
  }

  @Test("KL of equal rows is zero and of close rows keeps its digits")
  func smallDivergence() {
    let p = Tensor.random(rows: 3, columns: 1000, name: "p")
    #expect(Softmax.klDivergence(policyLogits: p, referenceLogits: p) == [0, 0, 0])
    let q = p.duplicate()
    q[0, 5] += 0.001
    let expected = ReferenceKernels.klDivergence(
      p.rows(0..<1).values.map(Double.init),
      q.rows(0..<1).values.map(Double.init)
    )
    let kl = Softmax.klDivergence(policyLogits: p, referenceLogits: q)[0]
    #expect(expected > 0 && abs(kl - expected) < 1e-14)
  }

  @Test("probabilities follow the temperature and sum to one", arguments: sizes)
  func probabilities(vocabulary: Int) {
    let logits = Tensor.random(rows: 3, columns: vocabulary, name: "logits", scale: 4)
    let rows = DoubleMatrix(logits)
    Softmax.probabilities(logits, temperature: 0.7)
    for t in 0..<3 {
      let row = rows.values[t * vocabulary..<(t + 1) * vocabulary].map { $0 / Double(Float(0.7)) }
      let p = logits.rows(t..<t + 1).values
      #expect(Differences.largest(p, ReferenceKernels.softmax(row)) < 2e-6)
      #expect(abs(p.reduce(0) { $0 + Double($1) } - 1) < 3e-6)  // blocks of 512 floats
    }
  }
}
