/// Pairs must prefer something, and not contradict one another.
struct PairConsistencyCheck: DataCheck {
  let name = "pair consistency"
  let kinds: [DataKind] = [.preference]

  private struct Preference: Hashable {
    let prompt: PromptContent
    let chosen: PromptContent
    let rejected: PromptContent
  }

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    var lines: [Preference: CheckedRow] = [:]
    for row in data.rows {
      guard let pair = row.preference else { continue }
      if pair.chosen == pair.rejected {
        findings.add(
          "IDENTICAL_PAIR",
          .error,
          "the chosen and the rejected completion are the same",
          at: row
        )
        continue
      }
      let reversed = Preference(
        prompt: pair.prompt,
        chosen: pair.rejected,
        rejected: pair.chosen
      )
      if let other = lines[reversed] {
        let place = (other.file.map { $0 + ":" } ?? "line ") + "\(other.line)"
        findings.add(
          "CONTRADICTORY_PAIR",
          .error,
          "\(place) prefers these completions the other way",
          at: row
        )
      }
      let preference = Preference(
        prompt: pair.prompt,
        chosen: pair.chosen,
        rejected: pair.rejected
      )
      if lines[preference] == nil { lines[preference] = row }
    }
    return findings
  }
}
