import Foundation
import RealignData
import RealignModels
import RealignText
import RealignTraining

/// Rows for a trainer, encoded and checked, with what was left out.
struct TrainerRows<Row: Sendable>: Sendable {
  /// The rows that are trained on, in file order.
  var rows: [Row] = []
  /// Rows that were longer than allowed.
  var dropped = 0
  /// Rows in which a token lies across prompt and completion.
  var straddling = 0
  /// Rows read.
  var count = 0

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
    if straddling > 0 {
      progress.warn(
        "in \(straddling) of \(count) rows a token lies across prompt and completion; "
          + "it counts as completion"
      )
    }
  }
}

extension TrainerRows<TokenSequence> {
  /// Reads rows for supervised fine-tuning.
  ///
  /// The end token is put after completions that do not end with one; a plain text is trained on
  /// from its second token.
  ///
  /// - Parameter limit: Most tokens of a row.
  /// - Throws: `InputError` with file and line of the first wrong row of all files.
  init(supervised files: [String], encoder: RowEncoder, limit: Int) throws {
    guard !files.isEmpty else { return }
    for (place, row) in try RowFiles.read(files, as: SFTRow.self) {
      count += 1
      let encoded = try encoder.encode(row, place: place)
      if encoded.straddles { straddling += 1 }
      if encoded.ids.count > limit {
        dropped += 1
      } else {
        rows.append(encoded.sequence)
      }
    }
  }

  /// The digest of the rows.
  var digest: String {
    var bytes = TokenBytes()
    for row in rows {
      bytes.append([Int32(row.completionStart)])
      bytes.append(row.ids)
    }
    return bytes.digest
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
      count += 1
      let pair = try EncodedPair(row, place: place, encoder: encoder)
      if pair.straddles { straddling += 1 }
      if pair.longest > limit {
        dropped += 1
      } else {
        rows.append(pair.example)
      }
    }
  }

  /// The digest of the pairs and their masks.
  var digest: String {
    var bytes = TokenBytes()
    for row in rows {
      bytes.append(row.prompt)
      bytes.append(row.chosen)
      bytes.append(row.rejected)
      bytes.append((row.chosenMask ?? []).map { $0 ? 1 : 0 })
      bytes.append((row.rejectedMask ?? []).map { $0 ? 1 : 0 })
    }
    return bytes.digest
  }
}

/// Lists of ids one after another, each with its length, as bytes.
struct TokenBytes {
  private var data = Data()

  mutating func append(_ ids: [Int32]) {
    for value in [Int32(ids.count)] + ids {
      let bits = UInt32(bitPattern: value)
      for shift in [0, 8, 16, 24] { data.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
    }
  }

  var digest: String { Digest.sha256(data) }
}

extension RowEncoder {
  /// A row for supervised fine-tuning.
  ///
  /// - Throws: `InputError` for messages and for rows without a token to train on.
  func encode(_ row: SFTRow, place: RowPlace) throws -> EncodedRow {
    let completion = try place.text(
      row.completion,
      field: row.prompt == nil ? "text" : "completion"
    )
    let encoded: EncodedRow
    if let prompt = row.prompt {
      encoded = encode(
        prompt: try place.text(prompt, field: "prompt"),
        completion: completion,
        endsText: true
      )
    } else {
      encoded = encode(text: completion)
    }
    guard !encoded.isCompletionEmpty else {
      throw place.error(
        "no token to train on",
        found: "\(encoded.ids.count) tokens",
        expected: "a token after the first"
      )
    }
    return encoded
  }
}

/// A preference pair as tokens.
struct EncodedPair {
  /// The pair.
  let example: PreferenceExample
  /// Whether a token lies across the prompt and an answer.
  let straddles: Bool
  /// Tokens of the longer of prompt with chosen and prompt with rejected.
  let longest: Int

  private struct Side {
    let row: EncodedRow
    let mask: [Bool]?
  }

  /// Encodes a pair; both answers follow the tokens that both joined texts begin with.
  ///
  /// - Throws: `InputError` for messages, empty answers and spans without a token.
  init(_ row: PreferenceRow, place: RowPlace, encoder: RowEncoder) throws {
    let prompt = try place.text(row.prompt, field: "prompt")
    func side(_ content: PromptContent, _ field: String, _ spans: [TextSpan]?) throws -> Side {
      let text = try place.text(content, field: field)
      let encoded = encoder.encode(prompt: prompt, completion: text, endsText: true)
      guard !encoded.isCompletionEmpty else {
        throw place.error(
          "the completion has no token",
          field: field,
          found: text,
          expected: "some text"
        )
      }
      let mask = spans.map {
        encoder.mask(encoded, prompt: prompt, completion: text, spans: $0)
      }
      guard mask.map({ $0.contains(true) }) ?? true else {
        throw place.error(
          "the spans leave no token of this answer",
          field: "spans.\(field)",
          found: "\(spans?.count ?? 0) spans",
          expected: "at least one token in a span",
          hint: "leave `spans` out to compare whole answers"
        )
      }
      return Side(row: encoded, mask: mask)
    }
    let chosen = try side(row.chosen, "chosen", row.spans?.chosen)
    let rejected = try side(row.rejected, "rejected", row.spans?.rejected)
    let limit = min(chosen.row.completionStart, rejected.row.completionStart)
    let shared = zip(chosen.row.ids, rejected.row.ids).prefix(limit).prefix { $0 == $1 }.count
    guard shared > 0 else {
      throw place.error(
        "the prompt has no token of its own",
        field: "prompt",
        found: prompt,
        expected: "a prompt of at least one token"
      )
    }
    example = PreferenceExample(
      prompt: Array(chosen.row.ids[..<shared]),
      chosen: Array(chosen.row.ids[shared...]),
      rejected: Array(rejected.row.ids[shared...]),
      chosenMask: Self.mask(chosen, after: shared),
      rejectedMask: Self.mask(rejected, after: shared)
    )
    straddles = chosen.row.straddles || rejected.row.straddles
    longest = max(chosen.row.ids.count, rejected.row.ids.count)
  }

  /// The mask of the tokens after the shared ones: prompt tokens among them do not take part.
  private static func mask(_ side: Side, after shared: Int) -> [Bool]? {
    let extra = side.row.completionStart - shared
    guard extra > 0 else { return side.mask }
    let own = side.mask ?? [Bool](repeating: true, count: side.row.ids.count - shared - extra)
    return [Bool](repeating: false, count: extra) + own
  }
}
