/// Rows should differ.
///
/// Exact duplicates have the same words in every text; near duplicates have runs of five words of
/// which the configured share is common (Jaccard similarity), found by MinHash.
struct DuplicateCheck: DataCheck {
  let name = "duplicates"
  let kinds = DataKind.allCases

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    guard !data.rows.isEmpty else { return findings }
    var first: [[NormalizedText]: CheckedRow] = [:]
    var unique: [NormalizedText] = []
    var duplicates = 0
    for row in data.rows {
      let texts = row.record.texts.map { NormalizedText($0) }
      if let other = first[texts] {
        duplicates += 1
        let place = (other.file.map { $0 + ":" } ?? "line ") + "\(other.line)"
        findings.add("DUPLICATE_ROW", .warning, "the row has the same words as \(place)", at: row)
      } else {
        first[texts] = row
        unique.append(NormalizedText(row.record.texts.joined(separator: "\n")))
      }
    }
    let near = NearDuplicates.count(
      among: unique,
      similarity: data.options.nearDuplicateSimilarity
    )
    findings.measure("duplicate_share", Double(duplicates) / Double(data.rows.count))
    findings.measure("near_duplicate_share", Double(near) / Double(data.rows.count))
    if near > 0 {
      findings.add(
        "NEAR_DUPLICATES",
        .warning,
        "\(near) of \(data.rows.count) rows are nearly the same as an earlier one"
      )
    }
    return findings
  }
}
