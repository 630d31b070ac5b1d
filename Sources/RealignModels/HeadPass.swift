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

  /// What one look at all targets finds.
  struct Measurement {
    var statistics = TokenStatistics()
    /// log Σ exp of the logits of every target.
    var logSumExp: [Float] = []
    /// The logits themselves, (N, V), where they are few.
    var logits: Tensor?
  }

  /// Most logits that are kept from the measurement for the backward pass, 64 MiB.
  static let keptLogits = 1 << 24

  private func forEachBlock(_ body: (Range<Int>, Tensor) -> Void) {
    let count = batch.targets.count
    let step = Self.blockRows(vocabulary: model.configuration.vocabularySize)
    let logits = Tensor(
      temporaryRows: min(step, max(count, 1)),
      columns: model.configuration.vocabularySize
    )
    for range in blocks {
      let block = logits.rows(0..<range.count)
      model.logits(of: normed.rows(range), into: block)
      body(range, block)
    }
  }

  /// The targets of each block.
  private var blocks: [Range<Int>] {
    let count = batch.targets.count
    let step = Self.blockRows(vocabulary: model.configuration.vocabularySize)
    return stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
  }

  /// Measures every target.
  ///
  /// - Parameters:
  ///   - measuresCollisions: Whether `logCollisions` is wanted, for a second look at each block.
  ///   - keepsLogits: Whether `backward` follows, which then need not project again.
  func measure(measuresCollisions: Bool = false, keepsLogits: Bool = false) -> Measurement {
    var all = Measurement()
    let vocabulary = model.configuration.vocabularySize
    if keepsLogits, batch.targets.count * vocabulary <= Self.keptLogits {
      all.logits = Tensor(temporaryRows: batch.targets.count, columns: vocabulary)
    }
    let kept = all.logits
    func add(_ range: Range<Int>, _ logits: Tensor) {
      let measured = Self.measure(logits, targets: Array(batch.targets[range]))
      all.statistics.append(measured.statistics)
      all.logSumExp += measured.logSumExp
      if measuresCollisions { all.statistics.logCollisions += Softmax.logCollisions(logits) }
    }
    if let kept {
      for range in blocks {
        model.logits(of: normed.rows(range), into: kept.rows(range))
        add(range, kept.rows(range))
      }
    } else {
      forEachBlock(add)
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
  ///   - measured: What `measure` found, if it was asked; its logits are used up.
  ///   - gradientStream: (T, C), assigned: gradient of the residual stream.
  ///   - gradients: Receives the head's and the final norm's gradients unless frozen.
  func backward(
    coefficients: [Float],
    measured: Measurement? = nil,
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
    func propagate(_ range: Range<Int>, _ logits: Tensor, _ logSumExp: [Float]) {
      let targets = Array(batch.targets[range])
      let capped = model.decoder.finalSoftCap == nil ? nil : logits.duplicate()
      Softmax.logitsGradient(
        logits: logits,
        targets: targets,
        logSumExp: logSumExp,
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
    if let measured, let logits = measured.logits {
      for range in blocks {
        propagate(range, logits.rows(range), Array(measured.logSumExp[range]))
      }
    } else {
      forEachBlock { range, logits in
        let found = Self.measure(logits, targets: Array(batch.targets[range]))
        all.append(found.statistics)
        propagate(range, logits, found.logSumExp)
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
    return measured?.statistics ?? all
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
