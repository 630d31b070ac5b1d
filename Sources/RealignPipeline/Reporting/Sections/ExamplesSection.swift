import RealignReports
import RealignText

/// A few answers before and after, marked.
enum ExamplesSection: RunReportSection {
  /// Examples of one kind of change; where nothing changed one does.
  private static let perKind = 2

  static func section(_ run: RunFiles) -> Section? {
    let all = (run.figures("evaluate")?["examples"]?.arrayValue ?? []).map(Example.init)
    guard !all.isEmpty else { return nil }
    var counts: [String: Int] = [:]
    var shown: [Example] = []
    for example in all
    where counts[example.kind, default: 0] < (example.isChanged ? perKind : 1) {
      counts[example.kind, default: 0] += 1
      shown.append(example)
    }
    let ordered = shown.enumerated().sorted {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    }
    let intro =
      "The first test items of every kind of change, changes for the worse included; this is no "
      + "random sample. The same passages were given before and after."
    return Section(
      "Examples",
      blocks: [.paragraph(intro)] + ordered.map { .highlightedText($0.element.text) }
    )
  }
}

/// One answer before and after.
private struct Example {
  let kind: String
  let text: HighlightedText
  /// Improvements first, then what got worse, then what stayed.
  let rank: Int
  /// Whether the outcome is another.
  let isChanged: Bool

  init(_ json: JSONValue) {
    func field(_ key: String) -> String { json[key]?.stringValue ?? "" }
    let prompt = PromptParts(field("prompt"))
    let kind = field("kind")
    let isAnswerable = !kind.hasSuffix("(unanswerable)")
    self.kind = kind
    let before = Outcome(rawValue: field("before_outcome"))
    let after = Outcome(rawValue: field("after_outcome"))
    func isGood(_ outcome: Outcome?) -> Bool { outcome == (isAnswerable ? .correct : .abstained) }
    switch (isGood(before), isGood(after)) {
    case (false, true): rank = 0
    case (true, false): rank = 1
    default: rank = before == after ? 3 : 2
    }
    isChanged = before != after
    func label(_ outcome: Outcome?) -> String { outcome?.label(isAnswerable) ?? "unknown" }
    let title =
      (before == after
        ? "Still \(label(after))" : "\(label(before).firstUppercased) → \(label(after))")
      + (isAnswerable ? "" : ", the passages do not contain the answer")
    text = HighlightedText(
      title: title,
      lines: prompt.passages.map { HighlightedText.Line($0.label, [HighlightedText.Span($0.text)]) }
        + [
          HighlightedText.Line("Question", [HighlightedText.Span(prompt.question)]),
          HighlightedText.Line("Before", Self.spans(field("before"), before)),
          HighlightedText.Line("After", Self.spans(field("after"), after)),
          HighlightedText.Line("Wanted", Self.spans(field("target"), nil)),
        ]
    )
  }

  /// A response cut at its citation markers, the text between them marked by its outcome.
  static func spans(_ response: String, _ outcome: Outcome?) -> [HighlightedText.Span] {
    let mark: HighlightedText.Mark =
      switch outcome {
      case .correct: .correct
      case .incorrect, .malformed: .wrong
      case .abstained: .refusal
      case nil: .plain
      }
    let text = response.drop { $0 == " " }
    guard !text.isEmpty else { return [HighlightedText.Span("(nothing)", mark)] }
    var spans: [HighlightedText.Span] = []
    var rest = text[...]
    while let marker = rest.firstMatch(of: /\[[0-9][0-9, \-]*\]/) {
      if marker.range.lowerBound > rest.startIndex {
        spans.append(HighlightedText.Span(String(rest[..<marker.range.lowerBound]), mark))
      }
      spans.append(HighlightedText.Span(String(rest[marker.range]), .citation))
      rest = rest[marker.range.upperBound...]
    }
    if !rest.isEmpty {
      // A full stop after the last marker says nothing.
      let isText = rest.contains { $0.isLetter || $0.isNumber }
      spans.append(HighlightedText.Span(String(rest), isText || spans.isEmpty ? mark : .plain))
    }
    return spans
  }
}

/// A prompt taken apart: numbered passages and the question.
struct PromptParts {
  let passages: [(label: String, text: String)]
  let question: String

  /// Reads the layout of the pipeline's prompts; any other text is all question.
  init(_ prompt: String) {
    let head = "Question: "
    var lines = prompt.split(separator: "\n", omittingEmptySubsequences: true)
    if let last = lines.last, last.hasPrefix("Answer:") { lines.removeLast() }
    guard let position = lines.lastIndex(where: { $0.hasPrefix(head) }) else {
      passages = []
      question = prompt
      return
    }
    question = lines[position...].joined(separator: " ").dropFirst(head.count).description
    var passages: [(label: String, text: String)] = []
    for line in lines[..<position] {
      if let match = line.firstMatch(of: /^(\[[0-9]+\]) ?/) {
        passages.append((String(match.1), String(line[match.range.upperBound...])))
      } else if let last = passages.indices.last {
        passages[last].text += "\n" + line
      } else {
        passages.append(("Text", String(line)))
      }
    }
    self.passages = passages
  }
}
