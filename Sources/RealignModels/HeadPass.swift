import RealignNumerics

/// The vocabulary projection over the target rows of a batch, in blocks of rows.
///
/// A (targets, V) matrix never exists whole: each block is projected, measured and, where
/// coefficients are given, turned into its gradient while it is in cache.
struct HeadPass {
  let model: LanguageModel
  let batch: PackedBatch
  private let gathered: Tensor  // (N, C) residual stream at target rows
  private let normed: Tensor  // (N, C)
  private let inverse: Tensor  // (N, 1)

  init(model: LanguageModel, stream: Tensor, batch: PackedBatch) {
    self.model = model
    self.batch = batch
    let count = batch.targets.count
    gathered = Tensor(rows: count, columns: model.configuration.hiddenSize)
    normed = Tensor(rows: count, columns: model.configuration.hiddenSize)
    inverse = Tensor(rows: count, columns: 1)
    guard count > 0 else { return }
    Embedding.gather(table: stream, ids: batch.targetRows, into: gathered)
    model.finalNorm.forward(gathered, into: normed, inverse: inverse)
  }

  /// Rows per block: about four million logits, so that a block stays small beside the weights.
  static func blockRows(vocabulary: Int) -> Int { min(max(4_194_304 / vocabulary, 128), 2048) }

  private func forEachBlock(_ body: (Range<Int>, Tensor) -> Void) {
    let count = batch.targets.count
    let step = Self.blockRows(vocabulary: model.configuration.vocabularySize)
    let logits = Tensor(
      rows: min(step, max(count, 1)),
      columns: model.configuration.vocabularySize
    )
    for start in stride(from: 0, to: count, by: step) {
      let range = start..<min(start + step, count)
      let block = logits.rows(0..<range.count)
      model.logits(of: normed.rows(range), into: block)
      body(range, block)
    }
  }

  /// Measures every target.
  ///
  /// - Parameter measuresCollisions: Whether `logCollisions` is wanted, for a second look at each
  ///   block.
  func statistics(measuresCollisions: Bool = false) -> TokenStatistics {
    var all = TokenStatistics()
    forEachBlock { range, logits in
      all.append(Self.measure(logits, targets: Array(batch.targets[range])).statistics)
      if measuresCollisions { all.logCollisions += Softmax.logCollisions(logits) }
    }
    return all
  }

  private static func measure(
    _ logits: Tensor,
    targets: [Int32]
  ) -> (statistics: TokenStatistics, logSumExp: [Float]) {
    let rows = Softmax.statistics(logits: logits, targets: targets)
    let statistics = TokenStatistics(
      logProbabilities: rows.logProbability,
      entropies: rows.entropy,
      predicted: rows.argmax,
      meanLogits: rows.meanLogit
    )
    return (statistics, rows.logSumExp)
  }

  /// Measures every target and back-propagates.
  ///
  /// - Parameters:
  ///   - coefficients: dLoss / dlog-probability of each target.
  ///   - gradientStream: (T, C), assigned: gradient of the residual stream.
  ///   - gradients: Receives the head's and the final norm's gradients unless frozen.
  func backward(
    coefficients: [Float],
    gradientStream: Tensor,
    gradients: Gradients
  ) -> TokenStatistics {
    precondition(
      coefficients.count == batch.targets.count,
      "\(coefficients.count) coefficients for \(batch.targets.count) targets"
    )
    let headGradient = model.headGradient(in: gradients)
    let gradientNormed = Tensor(rows: normed.rows, columns: normed.columns)
    var all = TokenStatistics()
    forEachBlock { range, logits in
      let targets = Array(batch.targets[range])
      let measured = Self.measure(logits, targets: targets)
      all.append(measured.statistics)
      let capped = model.decoder.finalSoftCap == nil ? nil : logits.duplicate()
      Softmax.logitsGradient(
        logits: logits,
        targets: targets,
        logSumExp: measured.logSumExp,
        coefficients: Array(coefficients[range])
      )
      if let cap = model.decoder.finalSoftCap, let capped {
        SoftCap.backward(gradient: logits, capped: capped, cap: cap)
      }
      Matrix.multiply(logits, model.headWeight, into: gradientNormed.rows(range))
      if let headGradient {
        Matrix.multiply(
          logits,
          normed.rows(range),
          into: headGradient,
          transposeA: true,
          accumulate: true
        )
      }
    }
    let gradientGathered = Tensor(rows: normed.rows, columns: normed.columns)
    model.finalNorm.backward(
      gradient: gradientNormed,
      x: gathered,
      inverse: inverse,
      gradientX: gradientGathered,
      accumulateX: false,
      into: model.finalNormGradient(in: gradients)
    )
    gradientStream.fill(0)
    Embedding.scatterAdd(
      gradient: gradientGathered,
      ids: batch.targetRows,
      table: gradientStream
    )
    return all
  }

  /// Exact KL(policy ‖ reference) at every target position, nats.
  static func divergence(policy: HeadPass, reference: HeadPass) -> [Double] {
    var result: [Double] = []
    let referenceLogits = Tensor(
      rows: min(
        blockRows(vocabulary: policy.model.configuration.vocabularySize),
        max(policy.batch.targets.count, 1)
      ),
      columns: reference.model.configuration.vocabularySize
    )
    policy.forEachBlock { range, logits in
      let block = referenceLogits.rows(0..<range.count)
      reference.model.logits(of: reference.normed.rows(range), into: block)
      result += Softmax.klDivergence(policyLogits: logits, referenceLogits: block)
    }
    return result
  }
}
