import RealignModels
import RealignText

/// What is odd about encoded rows, counted.
struct RowDiagnostics: Sendable, Equatable {
  /// Rows seen.
  var rows = 0
  /// Tokens of all rows; both sides of a pair count with the prompt.
  var tokens = 0
  /// Tokens that are trained on.
  var trained = 0
  /// Rows in which a token lies across prompt and completion.
  var straddling = 0
  /// Rows whose prompt the chat template writes in another way when a completion follows.
  var changedPrompts = 0
  /// Rows that begin with two begin-of-text tokens.
  var doubleBegins = 0
  /// Rows whose trained tokens have no end token among them.
  var withoutEnd = 0
  /// Rows without a token that is trained on.
  var untrained = 0
  /// Rows longer than allowed.
  var tooLong = 0

  /// Counts a row, given as the sequences it consists of.
  mutating func add(_ sides: [EncodedRow], encoder: RowEncoder, limit: Int) {
    rows += 1
    func has(_ condition: (EncodedRow) -> Bool) -> Int { sides.contains(where: condition) ? 1 : 0 }
    for side in sides {
      tokens += side.ids.count
      trained += side.trainedCount
    }
    straddling += has { $0.straddles }
    changedPrompts += has { $0.changesPrompt }
    untrained += has { $0.trainedCount == 0 }
    tooLong += has { $0.ids.count > limit }
    if let begin = encoder.tokenizer.beginOfText {
      doubleBegins += has { $0.ids.starts(with: [begin, begin]) }
    }
    guard !encoder.endTokens.isEmpty else { return }
    // Spans of a pair leave the end out on purpose, so there the whole answer is looked at.
    withoutEnd += has { side in
      let ids = sides.count > 1 ? Array(side.ids[side.completionStart...]) : side.trainedIDs
      return side.trainedCount > 0 && !ids.contains(where: encoder.endTokens.contains)
    }
  }

  /// One kind of oddity: its key in JSON, how many rows have it and a sentence for people.
  struct Finding: Equatable {
    let key: String
    let count: Int
    let sentence: String
  }

  /// Every kind, also those that no row has.
  var findings: [Finding] {
    func finding(_ key: String, _ count: Int, _ text: String) -> Finding {
      Finding(key: key, count: count, sentence: "in \(count) of \(rows) rows " + text)
    }
    return [
      finding(
        "straddling_rows",
        straddling,
        "a token lies across prompt and completion; it counts as completion"
      ),
      finding(
        "changed_prompt_rows",
        changedPrompts,
        "the prompt is not a prefix of the conversation, as the chat template writes it "
          + "differently when an answer follows; the completion begins where they part"
      ),
      finding(
        "double_bos_rows",
        doubleBegins,
        "the text begins with the begin-of-text token, which the tokenizer adds too"
      ),
      finding(
        "missing_eos_rows",
        withoutEnd,
        "no end token is trained on, so the model is not taught to stop"
      ),
      finding("all_masked_rows", untrained, "no token is trained on"),
    ]
  }
}

extension EncodedRow {
  /// The tokens that are trained on.
  var trainedIDs: [Int32] {
    guard self.completionStart < self.ids.count else { return [] }
    let rest = self.ids[self.completionStart...]
    guard let mask else { return Array(rest) }
    return zip(rest, mask).filter(\.1).map(\.0)
  }
}

extension RowDiagnostics {
  /// Every count by its key.
  var json: JSONValue {
    var object: JSONObject = [
      "rows": .integer(rows), "tokens": .integer(tokens), "trained_tokens": .integer(trained),
      "too_long_rows": .integer(tooLong),
    ]
    for finding in findings { object[finding.key] = .integer(finding.count) }
    return .object(object)
  }
}
