/// Factual claims must have a source, and no claim may be both true and false.
struct ClaimConsistencyCheck: DataCheck {
  let name = "claim consistency"
  let kinds: [DataKind] = [.claims]

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    var truths: [NormalizedText: (row: CheckedRow, factual: Bool)] = [:]
    var factual = 0
    var sourced = 0
    for row in data.rows {
      guard case .claim(let claim) = row.record else { continue }
      if claim.factual { factual += 1 }
      if claim.factual, claim.source != nil, claim.citation != nil { sourced += 1 }
      if claim.factual, claim.source == nil || claim.citation == nil {
        let missing = claim.source == nil ? "source" : "citation"
        findings.add(
          "UNSOURCED_CLAIM",
          .warning,
          "the claim is called factual and has no \(missing)",
          at: row
        )
      }
      let words = NormalizedText(claim.claim)
      if let other = truths[words], other.factual != claim.factual {
        let place = (other.row.file.map { $0 + ":" } ?? "line ") + "\(other.row.line)"
        findings.add(
          "CONTRADICTORY_CLAIM",
          .error,
          "the claim is called \(claim.factual ? "factual" : "unfactual"), but \(place) says the "
            + "opposite",
          at: row
        )
      } else {
        truths[words] = (row, claim.factual)
      }
    }
    findings.measure("factual_claims", factual)
    findings.measure(
      "sourced_share",
      factual == 0 ? nil : Double(sourced) / Double(factual)
    )
    return findings
  }
}
