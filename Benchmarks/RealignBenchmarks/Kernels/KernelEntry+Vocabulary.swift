import RealignNumerics

extension KernelEntry {
  /// Softmax rows as wide as the vocabulary.
  static var vocabulary: [KernelEntry] {
    [
      KernelEntry(name: "softmax_statistics", make: statistics),
      KernelEntry(name: "softmax_logits_gradient", make: logitsGradient),
      KernelEntry(name: "softmax_probabilities", make: probabilities),
      KernelEntry(name: "softmax_log_collision", make: logCollision),
      KernelEntry(name: "kl_divergence", make: klDivergence),
      KernelEntry(name: "kl_gradient", make: klGradient),
    ]
  }

  private static func logits(_ sizes: KernelSizes, bytesPerElement: Int, _ name: String) -> Tensor {
    let columns = sizes.shape.vocabularySize
    let rows = sizes.rows(bytesPerRow: bytesPerElement * columns)
    return KernelData.tensor(rows: rows, columns: columns, name, scale: 5)
  }

  private static func statistics(_ sizes: KernelSizes) -> KernelCase {
    let logits = logits(sizes, bytesPerElement: 4, "logits")
    let targets = [Int32](repeating: -1, count: logits.rows)
    var found: RowStatistics?
    var expected: [Double] = []
    return KernelCase(
      bytes: 4 * Double(logits.count),
      operations: (5 + KernelCost.exponential) * Double(logits.count),
      tolerance: 1e-5,
      run: { found = Softmax.statistics(logits: logits, targets: targets) },
      runNaive: { expected = NaiveKernels.softmaxStatistics(logits) },
      results: {
        let rows = found.map { found in
          (0..<logits.rows).flatMap {
            [
              Double(found.logSumExp[$0]), Double(found.entropy[$0]), Double(found.meanLogit[$0]),
              Double(found.argmax[$0]),
            ]
          }
        }
        return [(.numbers(rows ?? []), .numbers(expected))]
      }
    )
  }

  private static func logitsGradient(_ sizes: KernelSizes) -> KernelCase {
    let logits = logits(sizes, bytesPerElement: 8, "logits")
    let copy = logits.duplicate()
    let targets = KernelData.indices(logits.rows, below: logits.columns, "targets")
    let sums = Softmax.statistics(logits: logits, targets: targets).logSumExp
    let coefficients = KernelData.values(logits.rows, "coefficients")
    return KernelCase(
      bytes: 8 * Double(logits.count),
      operations: (2 + KernelCost.exponential) * Double(logits.count),
      tolerance: 1e-6,
      run: {
        Softmax.logitsGradient(
          logits: logits,
          targets: targets,
          logSumExp: sums,
          coefficients: coefficients
        )
      },
      runNaive: {
        NaiveKernels.logitsGradient(
          logits: copy,
          targets: targets,
          logSumExp: sums,
          coefficients: coefficients
        )
      },
      results: { [(.tensor(logits), .tensor(copy))] }
    )
  }

  private static func probabilities(_ sizes: KernelSizes) -> KernelCase {
    let logits = logits(sizes, bytesPerElement: 8, "logits")
    let copy = logits.duplicate()
    return KernelCase(
      bytes: 8 * Double(logits.count),
      operations: (4 + KernelCost.exponential) * Double(logits.count),
      tolerance: 1e-6,
      run: { Softmax.probabilities(logits) },
      runNaive: { NaiveKernels.probabilities(copy) },
      results: { [(.tensor(logits), .tensor(copy))] }
    )
  }

  private static func logCollision(_ sizes: KernelSizes) -> KernelCase {
    let logits = logits(sizes, bytesPerElement: 4, "logits")
    var found: [Double] = []
    var expected: [Double] = []
    return KernelCase(
      bytes: 4 * Double(logits.count),
      operations: (5 + KernelCost.exponential) * Double(logits.count),
      tolerance: 1e-5,
      run: { found = Softmax.logCollisions(logits) },
      runNaive: { expected = NaiveKernels.logCollisions(logits) },
      results: { [(.numbers(found), .numbers(expected))] }
    )
  }

  private static func klDivergence(_ sizes: KernelSizes) -> KernelCase {
    let policy = logits(sizes, bytesPerElement: 8, "policy")
    let reference = logits(sizes, bytesPerElement: 8, "reference")
    var found: [Double] = []
    var expected: [Double] = []
    return KernelCase(
      bytes: 8 * Double(policy.count),
      operations: 2 * KernelCost.doubleExponential * Double(policy.count),
      tolerance: 1e-10,
      run: { found = Softmax.klDivergence(policyLogits: policy, referenceLogits: reference) },
      runNaive: { expected = NaiveKernels.klDivergence(policy: policy, reference: reference) },
      results: { [(.numbers(found), .numbers(expected))] }
    )
  }

  private static func klGradient(_ sizes: KernelSizes) -> KernelCase {
    let policy = logits(sizes, bytesPerElement: 12, "policy")
    let reference = logits(sizes, bytesPerElement: 12, "reference")
    let copy = policy.duplicate()
    let coefficients = KernelData.values(policy.rows, "coefficients")
    return KernelCase(
      bytes: 12 * Double(policy.count),
      operations: 3 * KernelCost.doubleExponential * Double(policy.count),
      tolerance: 1e-6,
      run: {
        Softmax.klGradient(
          policyLogits: policy,
          referenceLogits: reference,
          coefficients: coefficients
        )
      },
      runNaive: {
        NaiveKernels.klGradient(policy: copy, reference: reference, coefficients: coefficients)
      },
      results: { [(.tensor(policy), .tensor(copy))] }
    )
  }
}
