import CRealignKernels

/// What each row of logits says about its target; all logarithms are natural.
public struct RowStatistics: Sendable {
  /// log p(target); 0 for a target below 0.
  public var logProbability: [Float]
  /// -Σ p log p, nats.
  public var entropy: [Float]
  /// The most likely token; the first of equals.
  public var argmax: [Int32]
  /// log Σ exp(logit).
  public var logSumExp: [Float]
  /// The mean logit over the vocabulary.
  public var meanLogit: [Float]
}

/// Softmax over the vocabulary, row by row, on blocks of logits.
public enum Softmax {
  /// Measures every row of `logits` (T, V) against its target; -1 means none.
  public static func statistics(logits: Tensor, targets: [Int32]) -> RowStatistics {
    check(logits, targets)
    let count = logits.rows
    var result = RowStatistics(
      logProbability: [],
      entropy: [],
      argmax: [],
      logSumExp: [],
      meanLogit: []
    )
    let rows = LogitMeasurements(capacity: count)
    rows.measure(logits)
    for t in 0..<count {
      let row = rows[t]
      let target = targets[t]
      result.logProbability.append(
        target < 0 ? 0 : Float(Double(logits.row(t)[Int(target)]) - row.log_sum_exp)
      )
      result.entropy.append(Float(row.entropy))
      result.argmax.append(Int32(row.argmax))
      result.logSumExp.append(Float(row.log_sum_exp))
      result.meanLogit.append(Float(row.mean_logit))
    }
    return result
  }

  /// log Σ_v p_v² of each row of `logits` (T, V): the logarithm of the probability that two draws
  /// from softmax(logits) agree, between −log V and 0.
  public static func logCollisions(_ logits: Tensor) -> [Double] {
    precondition(logits.columns > 0 || logits.rows == 0, "an empty vocabulary")
    let results = DoublePartials(count: logits.rows)
    forEachBlock(logits) { range in
      rk_softmax_log_collision(
        results.base + range.lowerBound,
        logits.row(range.lowerBound),
        logits.stride,
        range.count,
        logits.columns
      )
    }
    return results.values
  }

  /// Turns logits (T, V) into the gradient of Σ coefficient · log p(target), in place.
  ///
  /// Row t becomes coefficient · (onehot(target) - softmax); `logSumExp` is that of `statistics`.
  public static func logitsGradient(
    logits: Tensor,
    targets: [Int32],
    logSumExp: [Float],
    coefficients: [Float]
  ) {
    check(logits, targets)
    precondition(
      logSumExp.count == logits.rows && coefficients.count == logits.rows,
      "\(logSumExp.count) sums and \(coefficients.count) coefficients for \(logits)"
    )
    forEachBlock(logits) { range in
      let start = range.lowerBound
      targets.withUnsafeBufferPointer { targets in
        logSumExp.withUnsafeBufferPointer { sums in
          coefficients.withUnsafeBufferPointer { factors in
            guard let targets = targets.baseAddress, let sums = sums.baseAddress,
              let factors = factors.baseAddress
            else { return }
            rk_softmax_logits_gradient(
              logits.row(start),
              logits.stride,
              targets + start,
              sums + start,
              factors + start,
              range.count,
              logits.columns
            )
          }
        }
      }
    }
  }

  /// Exact KL(p ‖ q) of each row in nats, p and q the softmax of policy and reference logits.
  ///
  /// Computed in double after subtraction of the maxima; rounding below zero is cut off.
  public static func klDivergence(policyLogits: Tensor, referenceLogits: Tensor) -> [Double] {
    divergence(policyLogits, referenceLogits).divergence.values.map { max($0, 0) }
  }

  /// Turns policy logits into the gradient of Σ coefficient · KL(p ‖ q), in place.
  ///
  /// Row t becomes coefficient · p · (log p - log q - KL).
  ///
  /// - Returns: KL of each row.
  @discardableResult
  public static func klGradient(
    policyLogits: Tensor,
    referenceLogits: Tensor,
    coefficients: [Float]
  ) -> [Double] {
    precondition(
      coefficients.count == policyLogits.rows,
      "\(coefficients.count) coefficients for \(policyLogits)"
    )
    let (divergence, normalizers) = divergence(policyLogits, referenceLogits)
    forEachBlock(policyLogits) { range in
      let start = range.lowerBound
      coefficients.withUnsafeBufferPointer { factors in
        guard let factors = factors.baseAddress else { return }
        rk_kl_divergence_gradient(
          policyLogits.row(start),
          policyLogits.stride,
          referenceLogits.row(start),
          referenceLogits.stride,
          divergence.base + start,
          normalizers.base + 2 * start,
          factors + start,
          range.count,
          policyLogits.columns
        )
      }
    }
    return divergence.values.map { max($0, 0) }
  }

  /// Replaces logits by softmax(logits / temperature).
  public static func probabilities(_ logits: Tensor, temperature: Float = 1) {
    precondition(temperature > 0, "temperature \(temperature)")
    forEachBlock(logits) { range in
      rk_softmax_probabilities(
        logits.row(range.lowerBound),
        logits.stride,
        range.count,
        logits.columns,
        1 / temperature
      )
    }
  }

  /// weights[v] = exp((logit_v - the greatest) / temperature) of a row (1, V), in double.
  ///
  /// - Parameter weights: Resized to V where it has another size.
  public static func weights(of row: Tensor, temperature: Double, into weights: inout [Double]) {
    precondition(
      row.rows == 1 && row.columns > 0 && temperature > 0,
      "\(row) at temperature \(temperature)"
    )
    if weights.count != row.columns { weights = [Double](repeating: 0, count: row.columns) }
    weights.withUnsafeMutableBufferPointer { weights in
      guard let start = weights.baseAddress else { return }
      rk_softmax_weights(start, row.pointer, row.columns, temperature)
    }
  }

  private static func divergence(
    _ policy: Tensor,
    _ reference: Tensor
  ) -> (divergence: DoublePartials, normalizers: DoublePartials) {
    reference.requireShape(policy.rows, policy.columns, "referenceLogits")
    precondition(policy.columns > 0 || policy.rows == 0, "an empty vocabulary")
    let divergence = DoublePartials(count: policy.rows)
    let normalizers = DoublePartials(count: 2 * policy.rows)
    forEachBlock(policy) { range in
      let start = range.lowerBound
      rk_kl_divergence(
        divergence.base + start,
        normalizers.base + 2 * start,
        policy.row(start),
        policy.stride,
        reference.row(start),
        reference.stride,
        range.count,
        policy.columns
      )
    }
    return (divergence, normalizers)
  }

  static func forEachBlock(_ logits: Tensor, _ body: @Sendable (Range<Int>) -> Void) {
    Parallel.rows(
      logits.rows,
      perBlock: Parallel.rowsPerBlock(columns: logits.columns),
      body
    )
  }

  private static func check(_ logits: Tensor, _ targets: [Int32]) {
    precondition(targets.count == logits.rows, "\(targets.count) targets for \(logits)")
    precondition(logits.columns > 0 || logits.rows == 0, "an empty vocabulary")
    for target in targets where Int(target) >= logits.columns {
      preconditionFailure("target \(target) in a vocabulary of \(logits.columns)")
    }
  }
}
