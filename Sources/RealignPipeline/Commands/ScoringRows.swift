import RealignData
import RealignModels
import RealignText

/// The inputs of `score` and `kl` as token sequences, all checked.
struct ScoringRows {
  /// One sequence per row, in order.
  private(set) var sequences: [TokenSequence] = []
  /// Rows in which a token lies across prompt and completion.
  private(set) var straddling = 0

  /// Reads and encodes every row of every file.
  ///
  /// - Throws: `InputError` with file and line of the first row that cannot be scored.
  init(_ files: [String], encoder: RowEncoder) throws {
    for (place, row) in try RowFiles.read(files, as: ScoreRow.self) {
      let encoded = try Self.encode(row, place: place, encoder: encoder)
      if encoded.straddles { straddling += 1 }
      guard !encoded.isCompletionEmpty else {
        throw place.error(
          "no token to score",
          found: "\(encoded.ids.count) tokens",
          expected: "a token after the first",
          hint: "the first token has nothing before it, so its probability is not defined"
        )
      }
      guard encoded.ids.count <= encoder.maximumPositions else {
        throw place.error(
          "the row is longer than the model takes",
          found: "\(encoded.ids.count) tokens",
          expected: "at most \(encoder.maximumPositions)"
        )
      }
      sequences.append(encoded.sequence)
    }
  }

  private static func encode(
    _ row: ScoreRow,
    place: RowPlace,
    encoder: RowEncoder
  ) throws -> EncodedRow {
    switch row {
    case .text(let text): return encoder.encode(text: text)
    case .promptCompletion(let prompt, let completion):
      return try encoder.encode(
        prompt: prompt,
        completion: completion,
        template: TemplateInputs(),
        endsText: false,
        place: place
      )
    case .tokens(let ids, let completionStart):
      try place.check(ids, vocabularySize: encoder.vocabularySize)
      return EncodedRow(
        EncodedText(
          ids: ids,
          ranges: ids.map { _ in 0..<0 },
          completionStart: completionStart
        )
      )
    }
  }

  /// Says how many rows have a token across their boundary.
  func warn(_ progress: any ProgressReporter) {
    guard straddling > 0 else { return }
    progress.warn(
      "in \(straddling) of \(sequences.count) rows a token lies across prompt and completion; "
        + "it counts as completion"
    )
  }

  /// Rows packed into the largest pass.
  var largestPass: Int { LanguageModel.passes(of: sequences).map(\.rows).max() ?? 0 }

  /// The same where every pass lies in a block of rows.
  func largestPass(blockRows: Int) -> Int {
    let blocks = RowBlocks(rowCount: sequences.count, blockRows: blockRows)
    return (0..<blocks.count).map { block in
      LanguageModel.passes(of: Array(sequences[blocks[block]])).map(\.rows).max() ?? 0
    }.max() ?? 0
  }

  /// Consecutive ranges of rows that are worked on and printed together.
  var passes: [Range<Int>] { LanguageModel.passes(of: sequences).map(\.sequences) }
}

extension RowPlace {
  /// Checks token ids against a vocabulary.
  ///
  /// - Throws: `InputError` naming the first id that does not exist.
  func check(_ ids: [Int32], vocabularySize: Int) throws {
    guard let index = ids.firstIndex(where: { $0 < 0 || Int($0) >= vocabularySize }) else { return }
    throw error(
      "the model has no such token",
      field: "input_ids[\(index)]",
      found: "\(ids[index])",
      expected: "0 to \(vocabularySize - 1)"
    )
  }
}
