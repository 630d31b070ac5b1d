import Foundation

/// No entity and no class should dominate.
struct BalanceCheck: DataCheck {
  let name = "balance"
  let kinds = DataKind.allCases

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    checkGroups(data, &findings)
    checkLabels(data, &findings)
    if data.kind == .sft { checkFormats(data, &findings) }
    return findings
  }

  private func checkGroups(_ data: CheckedData, _ findings: inout CheckFindings) {
    let groups = Self.counts(data.rows.compactMap(\.record.group))
    guard let largest = groups.first else { return }
    let total = groups.reduce(0) { $0 + $1.count }
    let share = Double(largest.count) / Double(total)
    findings.measure("groups", groups.count)
    findings.measure("largest_group_share", share)
    findings.measure("group_entropy", Self.normalizedEntropy(groups.map(\.count)))
    if share > data.options.maximumGroupShare {
      findings.add(
        "DOMINANT_GROUP",
        .warning,
        "\(Shown.percent(share)) of the rows are about `\(largest.name)`; at most "
          + "\(Shown.percent(data.options.maximumGroupShare)) should be"
      )
    }
  }

  private func checkLabels(_ data: CheckedData, _ findings: inout CheckFindings) {
    let labels = Self.counts(data.rows.compactMap(\.record.label))
    guard !labels.isEmpty else { return }
    for label in labels.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      findings.measure("share_of_" + label.name, Double(label.count) / Double(data.rows.count))
    }
    findings.measure("class_entropy", Self.normalizedEntropy(labels.map(\.count)))
    if labels.count == 1, data.kind != .preference, data.rows.count > 1 {
      findings.add("SINGLE_CLASS", .warning, "all rows are `\(labels[0].name)`")
    }
  }

  private func checkFormats(_ data: CheckedData, _ findings: inout CheckFindings) {
    let formats = Self.counts(
      data.rows.compactMap { row in
        if case .sft(let row) = row.record { row.format.rawValue } else { nil }
      }
    )
    guard formats.count > 1 else { return }
    let list = formats.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
    findings.add("MIXED_FORMATS", .info, "the rows have several shapes: \(list)")
  }

  /// How often each name occurs, the most frequent first, equal counts in the order of names.
  static func counts(_ names: [String]) -> [(name: String, count: Int)] {
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    return counts.map { (name: $0.key, count: $0.value) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.name < $1.name
    }
  }

  /// Shannon's entropy over its largest value: 1 when all counts are equal; nil for one count.
  static func normalizedEntropy(_ counts: [Int]) -> Double? {
    guard counts.count > 1 else { return nil }
    let total = Double(counts.reduce(0, +))
    let entropy = counts.reduce(0.0) { sum, count in
      let share = Double(count) / total
      return sum - share * log(share)
    }
    // Rounding may lead past the largest value.
    return min(1, entropy / log(Double(counts.count)))
  }
}
