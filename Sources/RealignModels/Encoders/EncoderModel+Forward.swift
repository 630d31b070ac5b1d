import RealignNumerics
import RealignText

/// How the hidden states of a text become one vector.
public enum EncoderPooling: String, Sendable, CaseIterable {
  /// The mean over all tokens, those around the text included.
  case mean
  /// The first token's.
  case cls
  /// The largest value of each column.
  case max
}

extension EncoderModel {
  /// Most rows of a pass where nothing else is asked for; a longer input gets a pass of its own.
  public static let rowsPerPass = 2048

  /// The last hidden states of each input, (its tokens, C), in the order of the inputs.
  ///
  /// - Parameters:
  ///   - inputs: At least one token each, ids and types below the configured counts, no longer
  ///     than `maximumPositions`.
  ///   - rowsPerPass: Upper bound of packed rows per pass.
  public func hiddenStates(
    _ inputs: [TypedTokens],
    rowsPerPass: Int = rowsPerPass
  ) -> [Tensor] {
    var result = [Tensor](repeating: Tensor(rows: 0, columns: 0), count: inputs.count)
    forEachPass(inputs, rowsPerPass: rowsPerPass) { pass in
      for (index, range) in zip(pass.indices, pass.ranges) {
        result[index] = pass.hidden.rows(range).duplicate()
      }
    }
    return result
  }

  /// One vector per input, (S, C), not normalised.
  ///
  /// - Parameters:
  ///   - inputs: As in `hiddenStates`.
  ///   - pooling: How the hidden states become one.
  ///   - rowsPerPass: Upper bound of packed rows per pass.
  ///   - progress: Called with the number of finished inputs after each pass.
  /// - Throws: What `progress` throws.
  public func pooled(
    _ inputs: [TypedTokens],
    by pooling: EncoderPooling,
    rowsPerPass: Int = rowsPerPass,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> Tensor {
    try collect(inputs, columns: configuration.hiddenSize, rowsPerPass, progress) { pass in
      let out = Tensor(rows: pass.ranges.count, columns: configuration.hiddenSize)
      switch pooling {
      case .mean: RowPooling.mean(pass.hidden, pass.ranges, into: out)
      case .max: RowPooling.max(pass.hidden, pass.ranges, into: out)
      case .cls: out.copy(from: pass.firstStates)
      }
      return out
    }
  }

  /// The pooler's output for each input, (S, C): tanh of a projection of the first hidden state.
  ///
  /// - Precondition: `hasPooler`; inputs as in `hiddenStates`.
  public func poolerOutputs(
    _ inputs: [TypedTokens],
    rowsPerPass: Int = rowsPerPass
  ) -> Tensor {
    collect(inputs, columns: configuration.hiddenSize, rowsPerPass, { _ in }) {
      poolerOutput($0.firstStates)
    }
  }

  /// The logits of the classification head, (S, labels).
  ///
  /// - Parameters:
  ///   - inputs: As in `hiddenStates`.
  ///   - rowsPerPass: Upper bound of packed rows per pass.
  ///   - progress: Called with the number of finished inputs after each pass.
  /// - Precondition: `hasClassifier`.
  /// - Throws: What `progress` throws.
  public func logits(
    _ inputs: [TypedTokens],
    rowsPerPass: Int = rowsPerPass,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> Tensor {
    try collect(inputs, columns: configuration.labels.count, rowsPerPass, progress) {
      classify($0.firstStates)
    }
  }

  /// One row per input, in the order of the inputs.
  private func collect(
    _ inputs: [TypedTokens],
    columns: Int,
    _ rowsPerPass: Int,
    _ progress: (Int) throws -> Void,
    _ body: (EncoderPass) -> Tensor
  ) rethrows -> Tensor {
    let result = Tensor(rows: inputs.count, columns: columns)
    var finished = 0
    try forEachPass(inputs, rowsPerPass: rowsPerPass) { pass in
      let rows = body(pass)
      for (place, index) in pass.indices.enumerated() {
        result.rows(index..<index + 1).copy(from: rows.rows(place..<place + 1))
      }
      finished += pass.indices.count
      try progress(finished)
    }
    return result
  }

  /// Runs the encoder over all inputs, the longest first, so that those of a pass are of one size.
  private func forEachPass(
    _ inputs: [TypedTokens],
    rowsPerPass: Int,
    _ body: (EncoderPass) throws -> Void
  ) rethrows {
    for (index, input) in inputs.enumerated() { check(input, index: index) }
    let order = inputs.indices.sorted { (inputs[$1].count, $0) < (inputs[$0].count, $1) }
    let sizes = order.map { inputs[$0].count }
    var scratch: (rows: Int, memory: EncoderScratch)?
    for places in LanguageModel.passes(sizes, rowsPerPass: rowsPerPass) {
      let indices = Array(order[places])
      let batch = EncoderBatch(indices.map { inputs[$0] })
      let rows = batch.ids.count
      if (scratch?.rows ?? 0) < rows { scratch = (rows, EncoderScratch(configuration, rows: rows)) }
      guard let memory = scratch?.memory.cut(rows: rows) else { continue }
      try body(
        EncoderPass(indices: indices, ranges: batch.ranges, hidden: encode(batch, scratch: memory))
      )
    }
  }

  /// The last hidden states (T, C) of a packed batch.
  private func encode(_ batch: EncoderBatch, scratch: EncoderScratch) -> Tensor {
    Embedding.gather(table: table(EncoderNames.words), ids: batch.ids, into: scratch.sum)
    for (name, ids) in [
      (EncoderNames.types, batch.types), (EncoderNames.positions, batch.positions),
    ] {
      Embedding.gather(table: table(name), ids: ids, into: scratch.attended)
      scratch.sum.add(scratch.attended)
    }
    let hidden = Tensor(rows: batch.ids.count, columns: configuration.hiddenSize)
    embeddingNorm.forward(scratch.sum, into: hidden, inverse: scratch.inverse)
    for block in blocks { block.forward(hidden, segments: batch.ranges, scratch: scratch) }
    return hidden
  }

  private func check(_ input: TypedTokens, index: Int) {
    precondition(
      (1...configuration.maximumPositions).contains(input.count),
      "input \(index) of \(input.count) tokens in a model of \(configuration.maximumPositions)"
    )
  }
}

/// The results of one pass.
private struct EncoderPass {
  /// Which inputs were encoded.
  let indices: [Int]
  /// The rows of each.
  let ranges: [Range<Int>]
  /// The last hidden states.
  let hidden: Tensor

  /// The first hidden state of each input.
  var firstStates: Tensor {
    let states = Tensor(rows: ranges.count, columns: hidden.columns)
    Embedding.gather(table: hidden, ids: ranges.map { Int32($0.lowerBound) }, into: states)
    return states
  }
}
