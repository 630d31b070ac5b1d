import Foundation
import RealignData
import RealignModels
import RealignText
import RealignTraining

/// Rows for a trainer, encoded and checked, with what was left out.
struct TrainerRows<Row: Sendable>: Sendable {
  /// The rows that are trained on, in file order.
  var rows: [Row] = []
  /// What is odd about the rows read.
  var diagnostics = RowDiagnostics()
  /// Rows read.
  var count: Int { diagnostics.rows }
  /// Rows that were longer than allowed.
  var dropped: Int { diagnostics.tooLong }

  /// Says what was left out, and refuses to go on without rows.
  ///
  /// - Throws: `InputError` when every row is too long.
  func check(_ files: [String], limit: Int, progress: any ProgressReporter) throws {
    guard !rows.isEmpty || count == 0 else {
      throw InputError(
        .badData,
        "every row is too long",
        file: files.first,
        field: "max_length",
        found: "\(count) rows of more than \(limit) tokens",
        hint: "raise --max-length, if the model takes more"
      )
    }
    if dropped > 0 {
      progress.warn("\(dropped) of \(count) rows have more than \(limit) tokens and are left out")
    }
    for finding in diagnostics.findings where finding.count > 0 { progress.warn(finding.sentence) }
  }
}

extension TrainerRows<TokenSequence> {
  /// Reads rows for supervised fine-tuning.
  ///
  /// The end token is put after completions and texts that do not end with one; a text or
  /// conversation is trained on from its second token.
  ///
  /// - Parameter limit: Most tokens of a row.
  /// - Throws: `InputError` with file and line of the first wrong row of all files.
  init(supervised files: [String], encoder: RowEncoder, limit: Int) throws {
    guard !files.isEmpty else { return }
    for (place, row) in try RowFiles.read(files, as: SFTRow.self) {
      let encoded = try encoder.encode(row, place: place)
      try encoded.requireTrained(place)
      diagnostics.add([encoded], encoder: encoder, limit: limit)
      if encoded.ids.count <= limit { rows.append(encoded.sequence) }
    }
  }

  /// The digest of the rows.
  var digest: String {
    var digest = TokenDigest()
    for row in rows {
      digest.append([Int32(row.completionStart)])
      digest.append(row.ids)
    }
    return digest.hexadecimal
  }
}

extension TrainerRows<PreferenceExample> {
  /// Reads preference pairs.
  ///
  /// - Parameter limit: Most tokens of a prompt with one of its answers.
  /// - Throws: `InputError` with file and line of the first wrong row of all files.
  init(preferences files: [String], encoder: RowEncoder, limit: Int) throws {
    guard !files.isEmpty else { return }
    for (place, row) in try RowFiles.read(files, as: PreferenceRow.self) {
      let pair = try EncodedPair(row, place: place, encoder: encoder)
      diagnostics.add(pair.sides, encoder: encoder, limit: limit)
      if pair.longest <= limit { rows.append(pair.example) }
    }
  }

  /// The digest of the pairs and their masks.
  var digest: String {
    var digest = TokenDigest()
    for row in rows { digest.append(row) }
    return digest.hexadecimal
  }
}

extension RowEncoder {
  /// A row for supervised fine-tuning.
  ///
  /// - Throws: `InputError` for messages that cannot be rendered.
  func encode(_ row: SFTRow, place: RowPlace) throws -> EncodedRow {
    if let prompt = row.prompt {
      return try encode(
        prompt: prompt,
        completion: row.completion,
        template: row.template,
        endsText: true,
        place: place
      )
    }
    switch row.completion {
    case .text(let text): return encode(text: text, endsText: true)
    case .messages(let messages):
      return try encode(
        messages: messages,
        template: row.template,
        assistantOnly: trainsAssistantOnly,
        place: place
      )
    }
  }
}

extension EncodedRow {
  /// Refuses a row without a token to train on.
  ///
  /// - Throws: `InputError` at the row's place.
  func requireTrained(_ place: RowPlace) throws {
    guard trainedCount > 0 else {
      throw place.error(
        "no token to train on",
        found: "\(self.ids.count) tokens",
        expected: "a token after the first"
      )
    }
  }
}

/// A preference pair as tokens.
struct EncodedPair {
  /// The pair.
  let example: PreferenceExample
  /// Prompt with chosen, and prompt with rejected, masks of spans included.
  let sides: [EncodedRow]
  /// Tokens of the longer of prompt with chosen and prompt with rejected.
  let longest: Int

  /// Encodes a pair; both answers follow the tokens that both joined texts begin with.
  ///
  /// - Throws: `InputError` for messages that cannot be rendered, empty answers and spans without
  ///   a token.
  init(_ row: PreferenceRow, place: RowPlace, encoder: RowEncoder) throws {
    sides = try Self.sides(row, place: place, encoder: encoder)
    let (chosen, rejected) = (sides[0], sides[1])
    for (field, side, content) in [
      ("chosen", chosen, row.chosen), ("rejected", rejected, row.rejected),
    ] where side.isCompletionEmpty {
      guard side.completionStart < side.ids.count else {
        throw place.error(
          "the completion has no token",
          field: field,
          found: content.plainText,
          expected: "some text"
        )
      }
      throw place.error(
        "the spans leave no token of this answer",
        field: "spans.\(field)",
        found: "spans without a token",
        expected: "at least one token in a span",
        hint: "leave `spans` out to compare whole answers"
      )
    }
    let limit = min(chosen.completionStart, rejected.completionStart)
    let shared = zip(chosen.ids, rejected.ids).prefix(limit).prefix { $0 == $1 }.count
    guard shared > 0 else {
      throw place.error(
        "the prompt has no token of its own",
        field: "prompt",
        found: row.prompt.plainText,
        expected: "a prompt of at least one token"
      )
    }
    example = PreferenceExample(
      prompt: Array(chosen.ids[..<shared]),
      chosen: Array(chosen.ids[shared...]),
      rejected: Array(rejected.ids[shared...]),
      chosenMask: Self.mask(chosen, after: shared),
      rejectedMask: Self.mask(rejected, after: shared)
    )
    longest = max(chosen.ids.count, rejected.ids.count)
  }

  /// Prompt with chosen, and prompt with rejected; spans become masks.
  ///
  /// - Throws: `InputError` for messages that cannot be rendered.
  static func sides(
    _ row: PreferenceRow,
    place: RowPlace,
    encoder: RowEncoder
  ) throws -> [EncodedRow] {
    try [(row.chosen, row.spans?.chosen), (row.rejected, row.spans?.rejected)].map {
      content,
      spans in
      var encoded = try encoder.encode(
        prompt: row.prompt,
        completion: content,
        template: row.template,
        endsText: true,
        place: place
      )
      guard let spans, encoded.completionStart < encoded.ids.count else { return encoded }
      encoded.mask = encoder.mask(encoded, completion: content.spannedText, spans: spans)
      return encoded
    }
  }

  /// The mask of the tokens after the shared ones: prompt tokens among them do not take part.
  private static func mask(_ side: EncodedRow, after shared: Int) -> [Bool]? {
    let extra = side.completionStart - shared
    guard extra > 0 else { return side.mask }
    let own = side.mask ?? [Bool](repeating: true, count: side.ids.count - shared - extra)
    return [Bool](repeating: false, count: extra) + own
  }
}
