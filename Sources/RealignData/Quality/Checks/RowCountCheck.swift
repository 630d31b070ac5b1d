/// There must be enough pairs to learn from.
struct RowCountCheck: DataCheck {
  let name = "row count"
  let kinds: [DataKind] = [.preference]

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    let count = data.rows.count
    findings.measure("pair_count", count)
    if count < data.options.minimumPairs {
      findings.add(
        "INSUFFICIENT_PAIRS",
        .error,
        "there are \(count) pairs; at least \(data.options.minimumPairs) are needed"
      )
    } else if count < data.options.recommendedPairs {
      findings.add(
        "FEW_PAIRS",
        .warning,
        "there are \(count) pairs; \(data.options.recommendedPairs) or more are recommended"
      )
    }
    return findings
  }
}
