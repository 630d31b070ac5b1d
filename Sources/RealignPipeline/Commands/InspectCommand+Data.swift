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
    var text = ["data  \(path): \(Count.grouped(lines.count)) rows"]
    text += labels.map { "  \($0.name): \(Count.grouped($0.count))" }
    let encoder = try options.model.map { try loadEncoder($0, context: context) }
    let diagnostics = try encoder.map { try diagnose(lines, path: path, encoder: $0) }
    if let diagnostics, diagnostics.rows > 0 { text += self.lines(diagnostics) }
    if diagnostics != nil, !rows.isEmpty { text.append("tokens in ‹› are not trained on") }
    var examples: [JSONValue] = []
    for row in rows {
      let shown = try encoder.map { try TokenLine.lines(row.value, at: row.place, $0) } ?? []
      text += self.lines(row, shown)
      examples.append(json(row, shown))
    }
    var json: JSONObject = [
      "kind": "data", "path": .string(path), "rows": .integer(lines.count),
      "formats": .object(
        JSONObject(pairs: labels.map { (key: $0.name, value: .integer($0.count)) })
      ),
      "examples": .array(examples),
    ]
    json["diagnostics"] = diagnostics.map(\.json)
    return Description(json: .object(json), lines: text)
  }

  /// Encodes every row that can be trained on and counts what is odd.
  private static func diagnose(
    _ lines: [JSONLine],
    path: String,
    encoder: RowEncoder
  ) throws -> RowDiagnostics {
    var diagnostics = RowDiagnostics()
    for line in lines {
      let place = RowPlace(file: path, line: line.line)
      let sides = try TokenLine.sides(line.value, at: place, encoder).map(\.row)
      guard !sides.isEmpty else { continue }
      diagnostics.add(sides, encoder: encoder, limit: encoder.maximumPositions)
    }
    return diagnostics
  }

  private static func lines(_ diagnostics: RowDiagnostics) -> [String] {
    let odd = diagnostics.findings.filter { $0.count > 0 }
    var lines = [
      "tokens: \(Count.grouped(diagnostics.tokens)), trained on: "
        + Count.grouped(diagnostics.trained)
    ]
    if diagnostics.tooLong > 0 {
      lines.append("! \(diagnostics.tooLong) rows are longer than the model takes")
    }
    lines += odd.map { "! " + $0.sentence }
    return odd.isEmpty && diagnostics.tooLong == 0
      ? lines + ["nothing odd: ends, boundaries and masks are as they should be"] : lines
  }

  private static func loadEncoder(
    _ model: String,
    context: CommandContext
  ) throws -> RowEncoder {
    let folder = try ModelReference.resolve(model, environment: context.environment)
    return RowEncoder(
      tokenizer: try TokenizerLoader.load(directory: folder),
      configuration: try ModelDirectory.loadConfiguration(folder),
      companions: try ModelCompanions(directory: folder),
      context: context
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

  private static func lines(_ row: InspectedRow, _ shown: [TokenLine]) -> [String] {
    let head = "line \(row.place.line ?? 0), \(row.label)"
    guard !shown.isEmpty else {
      return [head + ": " + InputError.shown(JSONValue.object(row.value).serialized(), limit: 300)]
    }
    return [head]
      + shown.map { line in
        let trained = line.isTrained.count { $0 }
        return "  \(line.side), \(line.ids.count) tokens, \(trained) trained: " + line.marked
      }
  }

  private static func json(_ row: InspectedRow, _ shown: [TokenLine]) -> JSONValue {
    [
      "line": .integer(row.place.line ?? 0), "format": .string(row.label),
      "row": .object(row.value),
      "tokens": .array(shown.map(\.json)),
    ]
  }
}
