import RealignData
import RealignModels
import RealignText
import RealignTraining

/// What a row of a data file is for.
enum RowKind: String, Sendable, CaseIterable {
  case preference, claims, questions, documents, detect, score, sft, generate

  /// The kind of a row by its fields; nil when they fit none.
  init?(_ row: JSONObject) {
    func has(_ names: String...) -> Bool {
      names.allSatisfy { name in row[name].map { !$0.isNull } ?? false }
    }
    if has("chosen", "rejected") {
      self = .preference
    } else if has("claim", "factual") {
      self = .claims
    } else if has("question", "answers") {
      self = .questions
    } else if has("id", "title", "text") {
      self = .documents
    } else if has("response"), !has("instruction") {
      self = .detect
    } else if has("input_ids", "completion_start") {
      self = .score
    } else if has("text") || has("messages") || has("conversations") || has("completion")
      || has("instruction")
    {
      self = .sft
    } else if has("prompt") || has("input_ids") {
      self = .generate
    } else {
      return nil
    }
  }
}

extension InspectCommand {
  /// A row that was read, with what is needed to show it.
  private struct InspectedRow {
    let place: RowPlace
    let label: String
    let value: JSONObject
  }

  static func data(_ options: Options, context: CommandContext) throws -> Description {
    let path = options.target
    let lines = try JSONLines.read(path)
    var labels: [(name: String, count: Int)] = []
    var rows: [InspectedRow] = []
    for line in lines {
      let place = RowPlace(file: path, line: line.line)
      let label = try label(line.value, at: place)
      if let index = labels.firstIndex(where: { $0.name == label }) {
        labels[index].count += 1
      } else {
        labels.append((label, 1))
      }
      if rows.count < options.rows {
        rows.append(InspectedRow(place: place, label: label, value: line.value))
      }
    }
    let encoder = try options.model.map { try loadEncoder($0, context: context) }
    var text = ["data  \(path): \(Count.grouped(lines.count)) rows"]
    text += labels.map { "  \($0.name): \(Count.grouped($0.count))" }
    if encoder != nil, !rows.isEmpty { text.append("tokens in ‹› are not trained on") }
    var examples: [JSONValue] = []
    for row in rows {
      let shown = try encoder.map { try tokens(row, encoder: $0) } ?? []
      text += self.lines(row, shown)
      examples.append(json(row, shown))
    }
    return Description(
      json: [
        "kind": "data", "path": .string(path), "rows": .integer(lines.count),
        "formats": .object(
          JSONObject(pairs: labels.map { (key: $0.name, value: .integer($0.count)) })
        ),
        "examples": .array(examples),
      ],
      lines: text
    )
  }

  private static func loadEncoder(
    _ model: String,
    context: CommandContext
  ) throws -> RowEncoder {
    let folder = try ModelReference.resolve(model, environment: context.environment)
    return RowEncoder(
      tokenizer: try TokenizerLoader.load(directory: folder),
      configuration: try ModelDirectory.loadConfiguration(folder)
    )
  }

  /// The kind and shape of a row, which is read strictly.
  private static func label(_ row: JSONObject, at place: RowPlace) throws -> String {
    switch RowKind(row) {
    case .preference:
      let pair = try PreferenceRow(row, at: place)
      return "preference, " + (pair.prompt.isConversational ? "messages" : "strings")
    case .sft:
      let parsed = try SFTRow(row, at: place)
      let isMessages = parsed.format == .promptCompletion && parsed.completion.isConversational
      return "sft, \(parsed.format.rawValue)" + (isMessages ? " of messages" : "")
    case .claims:
      _ = try ClaimRow(row, at: place)
      return "claims"
    case .questions:
      return "questions, "
        + (try QuestionRow(row, at: place).answerable ? "answerable" : "unanswerable")
    case .detect:
      _ = try DetectRow(row, at: place)
      return "detect"
    case .score:
      _ = try ScoreRow(row, at: place)
      return "score, token ids"
    case .generate:
      _ = try GenerateRow(row, at: place)
      return "generate"
    case .documents: return "documents"
    case nil:
      throw place.error(
        "the row is of no known kind",
        found: "the fields " + row.keys.joined(separator: ", "),
        expected: RowKind.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
  }

  /// Token spellings of one side of a row, and whether each is trained on.
  private struct TokenLine {
    let side: String
    let ids: [Int32]
    let pieces: [String]
    let isTrained: [Bool]
  }

  /// The tokens of rows that can be trained on; messages have none without a template.
  private static func tokens(
    _ row: InspectedRow,
    encoder: RowEncoder
  ) throws -> [TokenLine] {
    func line(_ side: String, _ ids: [Int32], _ isTrained: [Bool]) -> TokenLine {
      TokenLine(
        side: side,
        ids: ids,
        pieces: ids.map { encoder.tokenizer.decode([$0], skipSpecialTokens: false) },
        isTrained: isTrained
      )
    }
    func masked(_ prompt: Int, _ rest: [Bool]) -> [Bool] {
      [Bool](repeating: false, count: prompt) + rest
    }
    switch RowKind(row.value) {
    case .sft:
      let parsed = try SFTRow(row.value, at: row.place)
      guard !parsed.completion.isConversational else { return [] }
      let encoded = try encoder.encode(parsed, place: row.place)
      let count = encoded.ids.count - encoded.completionStart
      return [
        line(
          "row",
          encoded.ids,
          masked(encoded.completionStart, [Bool](repeating: true, count: count))
        )
      ]
    case .preference:
      let parsed = try PreferenceRow(row.value, at: row.place)
      guard !parsed.prompt.isConversational else { return [] }
      let pair = try EncodedPair(parsed, place: row.place, encoder: encoder).example
      return [
        ("chosen", pair.chosen, pair.chosenMask), ("rejected", pair.rejected, pair.rejectedMask),
      ]
      .map { side, ids, mask in
        line(
          side,
          pair.prompt + ids,
          masked(pair.prompt.count, mask ?? [Bool](repeating: true, count: ids.count))
        )
      }
    default: return []
    }
  }

  private static func lines(_ row: InspectedRow, _ shown: [TokenLine]) -> [String] {
    let head = "line \(row.place.line ?? 0), \(row.label)"
    guard !shown.isEmpty else {
      return [head + ": " + InputError.shown(JSONValue.object(row.value).serialized(), limit: 300)]
    }
    return [head]
      + shown.map { line in
        let trained = line.isTrained.count { $0 }
        return "  \(line.side), \(line.ids.count) tokens, \(trained) trained: " + marked(line)
      }
  }

  /// Tokens with a dot between them, runs that are not trained on in angle quotes.
  private static func marked(_ line: TokenLine) -> String {
    var text = ""
    for index in line.pieces.indices {
      let trains = line.isTrained[index]
      let before = index > 0 ? line.isTrained[index - 1] : true
      if !trains, before { text += "‹" } else if index > 0, trains == before { text += "·" }
      text += line.pieces[index]
      let after = index + 1 < line.pieces.count ? line.isTrained[index + 1] : true
      if !trains, after { text += "›" }
    }
    return text
  }

  private static func json(_ row: InspectedRow, _ shown: [TokenLine]) -> JSONValue {
    [
      "line": .integer(row.place.line ?? 0), "format": .string(row.label),
      "row": .object(row.value),
      "tokens": .array(
        shown.map { line in
          [
            "side": .string(line.side), "ids": .array(line.ids.map { .integer($0) }),
            "text": .array(line.pieces.map { .string($0) }),
            "mask": .array(line.isTrained.map { $0 ? 1 : 0 }),
          ]
        }
      ),
    ]
  }
}
