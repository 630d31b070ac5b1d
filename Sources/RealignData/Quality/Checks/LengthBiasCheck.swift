/// The chosen completions must not be recognisable by their length.
///
/// Lengths are in Unicode scalars of the completion.
struct LengthBiasCheck: DataCheck {
  let name = "length bias"
  let kinds: [DataKind] = [.preference]

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    var longer = 0
    var legacyGap = 0.0
    var pairCount = 0
    for row in data.rows {
      guard let pair = row.preference else { continue }
      let chosen = pair.chosen.plainText.unicodeScalars.count
      let rejected = pair.rejected.plainText.unicodeScalars.count
      pairCount += 1
      if chosen > rejected { longer += 1 }
      legacyGap += Double(abs(chosen - rejected)) / Double(max(chosen, 1))
      let ratio = Double(max(chosen, rejected)) / Double(max(min(chosen, rejected), 1))
      if ratio > data.options.extremeLengthRatio, let gap = pair.scoreGap,
        gap < data.options.closeScores
      {
        findings.add(
          "EXTREME_LENGTH_RATIO",
          .warning,
          "one completion is \(Shown.number(ratio)) times as long as the other, and the scores "
            + "differ by \(Shown.number(gap)) only",
          at: row
        )
      }
    }
    guard pairCount > 0 else {
      findings.measure("longer_chosen_share", nil)
      return findings
    }
    let share = Double(longer) / Double(pairCount)
    findings.measure("longer_chosen_share", share)
    findings.measure("length_gap", legacyGap / Double(pairCount))
    if share > data.options.maximumLongerChosenShare {
      findings.add(
        "LENGTH_BIAS",
        .error,
        "the chosen completion is the longer in \(longer) of \(pairCount) pairs "
          + "(\(Shown.percent(share))); at most "
          + "\(Shown.percent(data.options.maximumLongerChosenShare)) are allowed"
      )
    }
    return findings
  }
}
