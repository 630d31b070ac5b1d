/// The divergence of a model trained on the data, when it has been measured, must be small.
struct DivergenceCheck: DataCheck {
  let name = "divergence"
  let kinds: [DataKind] = [.preference]

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    findings.measure("kl_divergence", data.options.klPerToken)
    // Written so that a value which is not a number fails.
    if let divergence = data.options.klPerToken, !(divergence <= data.options.maximumKL) {
      findings.add(
        "HIGH_KL_DIVERGENCE",
        .error,
        "the divergence is \(Shown.number(divergence)) nats per token; at most "
          + "\(Shown.number(data.options.maximumKL)) is allowed"
      )
    }
    return findings
  }
}
