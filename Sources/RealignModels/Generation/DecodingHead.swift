import RealignNumerics

/// From hidden states to tokens: final norm, vocabulary projection and choice, in blocks of rows.
final class DecodingHead {
  private let model: LanguageModel
  private let sampler: Sampler
  private let norm: Norm
  private let weight: WeightMatrix
  private let normed: Tensor  // (rows, C)
  private let inverse: Tensor  // (rows, 1)
  private let logits: Tensor  // (rows, V)
  private let measured: LogitMeasurements

  /// Most rows at once: their logits stay small beside the weights.
  private static let blockRows = 64

  init(model: LanguageModel, sampler: Sampler, capacity: Int) {
    self.model = model
    self.sampler = sampler
    norm = model.finalNorm
    weight = model.headWeight
    let rows = min(capacity, Self.blockRows)
    let configuration = model.configuration
    normed = Tensor(rows: rows, columns: configuration.hiddenSize)
    inverse = Tensor(rows: rows, columns: 1)
    logits = Tensor(rows: rows, columns: configuration.vocabularySize)
    measured = LogitMeasurements(capacity: rows)
  }

  /// Adds one token to each sequence.
  ///
  /// - Parameters:
  ///   - stream: The residual stream at the last position of each, (T, C).
  ///   - sequences: As many.
  func extend(_ sequences: ArraySlice<LiveSequence>, stream: Tensor) {
    for start in stride(from: 0, to: stream.rows, by: logits.rows) {
      let count = min(logits.rows, stream.rows - start)
      let part = sequences.dropFirst(start).prefix(count)
      extend(part, block: stream.rows(start..<start + count))
    }
  }

  private func extend(_ sequences: ArraySlice<LiveSequence>, block: Tensor) {
    let rows = 0..<block.rows
    let logits = logits.rows(rows)
    norm.forward(block, into: normed.rows(rows), inverse: inverse.rows(rows))
    model.logits(of: normed.rows(rows), head: weight, into: logits)
    measured.measure(logits)
    let first = sequences.startIndex
    if sampler.isPlainGreedy {
      for row in rows { sequences[first + row].choose(measured.mostProbable(row)) }
    } else {
      // Each sequence draws from its own stream, so the threads do not matter.
      Parallel.run(block.rows) { [sampler] row in
        sequences[first + row].choose(logits.rows(row..<row + 1), sampler: sampler)
      }
    }
    for row in rows {
      sequences[first + row].record(logits.rows(row..<row + 1), measured, row: row)
    }
  }
}
