/// The data must not contain what a model is evaluated on.
///
/// A row is contaminated when its input has the same words as an evaluation input, when at least
/// the configured share of the runs of 13 words of one of its texts occurs in the evaluation data,
/// or when at least that share of the runs of one evaluation text occurs in it. An evaluation
/// input of 5 to 12 words is one run of its own length.
struct DecontaminationCheck: DataCheck {
  let name = "decontamination"
  let kinds = DataKind.allCases

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    guard let evaluation = data.evaluation, !data.rows.isEmpty else {
      findings.measure("decontamination_score", nil)
      return findings
    }
    let index = ContaminationIndex(
      evaluation,
      run: data.options.contaminationRun,
      share: data.options.contaminationShare
    )
    var contaminated = 0
    for row in data.rows {
      guard let match = index.match(input: row.record.input, outputs: row.record.outputs) else {
        continue
      }
      contaminated += 1
      findings.add(
        "CONTAMINATED_ROW",
        .error,
        "\(match.how) \(match.text.file):\(match.text.line) of the evaluation data",
        at: row
      )
    }
    let score = 1 - Double(contaminated) / Double(data.rows.count)
    findings.measure("contaminated_rows", contaminated)
    findings.measure("decontamination_score", score)
    if score < data.options.minimumDecontamination {
      findings.add(
        "CONTAMINATION_RISK",
        .error,
        "\(contaminated) of \(data.rows.count) rows occur in the evaluation data; the share of "
          + "others, \(Shown.number(score)), must be at least "
          + Shown.number(data.options.minimumDecontamination)
      )
    }
    return findings
  }
}
