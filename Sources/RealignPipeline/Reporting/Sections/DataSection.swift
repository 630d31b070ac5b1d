import RealignReports
import RealignText

/// The claims and preference pairs of stage 2.
enum DataSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let figures = run.figures("collect"), figures["pairs"] != nil else { return nil }
    let leaked = figures["leaked_groups"]?.arrayValue?.compactMap(\.stringValue) ?? []
    var pairs = [
      KeyValue("Claims", Shown.count(figures["claims"]?.intValue)),
      KeyValue("Preference pairs", Shown.count(figures["pairs"]?.intValue)),
    ]
    if let recall = figures["retrieval_recall"]?.doubleValue {
      pairs.append(KeyValue("Questions whose answer was retrieved", Shown.percent(recall)))
    }
    pairs.append(
      KeyValue("Entities also in held-out questions", leaked.isEmpty ? "none" : "\(leaked.count)")
    )
    var blocks: [Block] = [.keyValues(pairs)]
    if let classes = figures["classes"]?.objectValue, !classes.isEmpty {
      blocks.append(.table(table(classes)))
    }
    let issues = (figures["validation"]?["issues"]?.arrayValue ?? []).compactMap(issue)
    if !issues.isEmpty {
      blocks += [.paragraph("What the data check found:"), .list(Array(issues.prefix(12)))]
    }
    return Section("Training data", blocks: blocks)
  }

  private static let errors = [
    "wrong": "wrong value or subject", "miscited": "wrong or no citation",
    "refused": "declined, answerable", "invented": "invented, unanswerable",
  ]

  private static func table(_ classes: JSONObject) -> Table {
    Table(
      columns: [
        Table.Column("Rejected side"), Table.Column("Comes from"),
        Table.Column("Pairs", .trailing),
      ],
      rows: classes.pairs.map { pair in
        let parts = pair.key.split(separator: ":", maxSplits: 1).map(String.init)
        let source = parts.count > 1 ? parts[1] : ""
        return [
          Table.Cell(errors[parts.first ?? ""] ?? parts.first ?? ""),
          Table.Cell(
            source == "sample" ? "the model's own answer" : Shown.words(source) + ", made"
          ),
          Table.Cell(Shown.count(pair.value.intValue)),
        ]
      },
      caption: "Classes judged by the verifier; a made answer is a right one with one edit."
    )
  }

  private static func issue(_ json: JSONValue) -> String? {
    guard let message = json["message"]?.stringValue else { return nil }
    return (json["severity"]?.stringValue.map { $0 + ": " } ?? "") + message
  }
}
