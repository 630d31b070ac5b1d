import CRealignNaive

extension NaiveKernels {
  /// Log-sum-exp, entropy, mean logit and index of the largest of each row of logits (T, V).
  package static func softmaxStatistics(_ logits: Tensor) -> [Double] {
    doubles(4 * logits.rows) {
      rn_softmax_statistics($0, start(logits), logits.rows, logits.columns)
    }
  }

  /// As `Softmax.logCollisions`.
  package static func logCollisions(_ logits: Tensor) -> [Double] {
    doubles(logits.rows) {
      rn_softmax_log_collision($0, start(logits), logits.rows, logits.columns)
    }
  }

  /// As `Softmax.logitsGradient`.
  package static func logitsGradient(
    logits: Tensor,
    targets: [Int32],
    logSumExp: [Float],
    coefficients: [Float]
  ) {
    precondition(
      [targets.count, logSumExp.count, coefficients.count].allSatisfy { $0 == logits.rows },
      "\(targets.count) targets, \(logSumExp.count) sums for \(logits)"
    )
    targets.withUnsafeBufferPointer { targets in
      logSumExp.withUnsafeBufferPointer { sums in
        coefficients.withUnsafeBufferPointer { factors in
          guard let targets = targets.baseAddress, let sums = sums.baseAddress,
            let factors = factors.baseAddress
          else { return }
          rn_softmax_logits_gradient(
            start(logits),
            targets,
            sums,
            factors,
            logits.rows,
            logits.columns
          )
        }
      }
    }
  }

  /// As `Softmax.probabilities` at temperature 1.
  package static func probabilities(_ logits: Tensor) {
    rn_softmax_probabilities(start(logits), logits.rows, logits.columns)
  }

  /// As `Softmax.klDivergence`.
  package static func klDivergence(policy: Tensor, reference: Tensor) -> [Double] {
    doubles(policy.rows) {
      rn_kl_divergence(
        $0,
        start(policy),
        start(reference, like: policy),
        policy.rows,
        policy.columns
      )
    }
  }

  /// As `Softmax.klGradient`.
  @discardableResult
  package static func klGradient(
    policy: Tensor,
    reference: Tensor,
    coefficients: [Float]
  ) -> [Double] {
    precondition(coefficients.count == policy.rows, "\(coefficients.count) for \(policy)")
    return doubles(policy.rows) { divergence in
      coefficients.withUnsafeBufferPointer { factors in
        guard let factors = factors.baseAddress else { return }
        rn_kl_gradient(
          divergence,
          start(policy),
          start(reference, like: policy),
          factors,
          policy.rows,
          policy.columns
        )
      }
    }
  }

  /// What a function writes to memory for so many numbers.
  private static func doubles(
    _ count: Int,
    _ body: (UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let results = DoublePartials(count: count)
    body(results.base)
    return results.values
  }
}
