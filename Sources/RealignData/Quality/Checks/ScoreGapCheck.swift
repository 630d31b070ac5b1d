/// The chosen scores must exceed the rejected ones by enough.
///
/// The gap is the mean of chosen score less rejected score, signed, with scores in 0...1.
struct ScoreGapCheck: DataCheck {
  let name = "score gap"
  let kinds: [DataKind] = [.preference]

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    let pairs = data.rows.compactMap { row in row.preference.map { (row, $0) } }
    guard !pairs.isEmpty else {
      findings.measure("preference_gap", nil)
      return findings
    }
    let gaps = pairs.compactMap(\.1.scoreGap)
    checkPresence(pairs.count, scored: gaps.count, data.options, &findings)
    for (row, pair) in pairs { checkScores(of: pair, at: row, data.options, &findings) }
    guard !gaps.isEmpty else {
      findings.measure("preference_gap", nil)
      findings.measure("positive_gap_share", nil)
      return findings
    }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let positive = Double(gaps.count { $0 > 0 }) / Double(gaps.count)
    findings.measure("preference_gap", mean)
    findings.measure("positive_gap_share", positive)
    // Written so that a mean which is not a number fails.
    if !(mean >= data.options.minimumGap) {
      findings.add(
        "INSUFFICIENT_GAP",
        .error,
        "the mean score gap is \(Shown.number(mean)); at least "
          + "\(Shown.number(data.options.minimumGap)) is needed"
      )
    }
    if positive < data.options.minimumPositiveGapShare {
      findings.add(
        "NEGATIVE_GAPS",
        .error,
        "only \(Shown.percent(positive)) of the pairs score the chosen completion higher; at "
          + "least \(Shown.percent(data.options.minimumPositiveGapShare)) must"
      )
    }
    return findings
  }

  private func checkPresence(
    _ count: Int,
    scored: Int,
    _ options: DataValidationOptions,
    _ findings: inout CheckFindings
  ) {
    findings.measure("scored_pairs", scored)
    guard scored < count else { return }
    findings.add(
      "MISSING_SCORES",
      options.requiresScores || scored > 0 ? .error : .warning,
      "\(count - scored) of \(count) pairs lack chosen_score or rejected_score, so the gap "
        + (scored > 0 ? "is that of the others only" : "is not known")
    )
  }

  private func checkScores(
    of pair: PreferenceRow,
    at row: CheckedRow,
    _ options: DataValidationOptions,
    _ findings: inout CheckFindings
  ) {
    for (field, score) in [
      ("chosen_score", pair.chosenScore), ("rejected_score", pair.rejectedScore),
    ] {
      guard let score, !(0...1).contains(score) else { continue }
      findings.add(
        "SCORE_RANGE",
        .error,
        "\(field) is \(Shown.number(score)); scores are in 0...1",
        at: row
      )
    }
    if let score = pair.chosenScore, score < options.minimumChosenScore {
      findings.add(
        "LOW_CHOSEN_SCORE",
        .warning,
        "the chosen completion scores \(Shown.number(score)), below "
          + Shown.number(options.minimumChosenScore),
        at: row
      )
    }
    if let gap = pair.scoreGap, let margin = pair.margin, abs(gap - margin) > 1e-6 {
      findings.add(
        "MARGIN_MISMATCH",
        .error,
        "margin is \(Shown.number(margin)), but the scores differ by \(Shown.number(gap))",
        at: row
      )
    }
  }
}
