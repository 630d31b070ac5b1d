/// The data should not tell where persons can be reached or what their numbers are.
struct PersonalDataCheck: DataCheck {
  let name = "personal data"
  let kinds = DataKind.allCases

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    var counts: [PersonalData.Kind: Int] = [:]
    for row in data.rows {
      let found = row.record.texts.flatMap(PersonalData.find)
      for kind in PersonalData.Kind.allCases where found.contains(where: { $0.kind == kind }) {
        counts[kind, default: 0] += 1
        findings.add(
          "PII_" + kind.rawValue.uppercased(),
          kind.severity,
          "the row has \(kind.description)",
          at: row
        )
      }
    }
    for kind in PersonalData.Kind.allCases {
      findings.measure("rows_with_" + kind.rawValue, counts[kind] ?? 0)
    }
    return findings
  }
}
