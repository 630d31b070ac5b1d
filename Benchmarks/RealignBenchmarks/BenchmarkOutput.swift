import Foundation
import RealignPipeline
import RealignText

/// Prints figures and comparisons.
struct BenchmarkOutput {
  let context: CommandContext

  func show(_ run: BenchmarkRun, changes: [Comparison]) throws {
    if context.isJSON {
      try context.output.row(.object(json(run, changes)))
    } else {
      try text(run, changes)
    }
  }

  private func json(_ run: BenchmarkRun, _ changes: [Comparison]) -> JSONObject {
    var fields = run.fields
    fields["rows"] = .array(run.rows.map(\.json))
    if !changes.isEmpty {
      fields["comparison"] = .array(
        changes.map {
          [
            "name": .string($0.name), "ratio": .number($0.ratio),
            "best_ratio": .number($0.bestRatio), "tolerance": .number($0.tolerance),
            "others_share": .number($0.othersShare), "verdict": .string($0.verdict.rawValue),
          ]
        }
      )
    }
    return fields
  }

  private func text(_ run: BenchmarkRun, _ changes: [Comparison]) throws {
    let width = min(58, run.rows.map(\.name.count).max() ?? 0)
    for row in run.rows {
      let name = row.name.padding(
        toLength: max(width, row.name.count),
        withPad: " ",
        startingAt: 0
      )
      let noise = "± \(Int((50 * row.spread).rounded())) %"
      let remark = row.remark.isEmpty ? "" : "  " + row.remark
      try context.output.text(
        "\(name)  \(BenchCommand.figure(row.value)) \(row.unit)  \(noise)\(remark)"
      )
    }
    for note in run.notes { try context.output.text(note) }
    for change in changes where change.verdict != .same {
      let ratio = BenchCommand.figure(change.ratio)
      let others =
        change.verdict == .unclear
        ? ", others took \(Int((100 * change.othersShare).rounded())) %" : ""
      try context.output.text("\(change.verdict.rawValue): \(change.name) ×\(ratio)\(others)")
    }
    let same = changes.count { $0.verdict == .same }
    if same > 0 {
      try context.output.text("\(same) of \(changes.count) figures as saved, within the noise")
    }
  }
}
