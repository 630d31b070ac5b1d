import RealignHardware
import RealignReports

/// A simulation of training on many nodes for people.
struct SimulationReport {
  let table: ScalingTable
  /// What is trained.
  let name: String
  /// Where the time of a step comes from.
  let stepSource: String
  let warnings: [String]

  var report: Report {
    var sections = [
      Section("Inputs", blocks: [.keyValues(inputs)]),
      Section("Simulated steps", blocks: [.table(Table(columns: columns, rows: rows))]),
    ]
    if !warnings.isEmpty {
      sections.append(Section("Warnings", blocks: [.list(warnings, ordered: false)]))
    }
    return Report(title: "\(name), data-parallel on 2 to 64 nodes", sections: sections)
  }

  private var inputs: [KeyValue] {
    let base = table.base
    return [
      KeyValue(
        "step",
        "\(Count.decimal(base.computeSeconds, places: 3)) s on one node: \(stepSource)"
      ),
      KeyValue(
        "gradients",
        "\(Count.decimal(base.gradientBytes / 1e6, places: 1)) MB in \(base.buckets) buckets, "
          + "complete during the last \(Count.decimal(100 * base.backwardShare, places: 0)) %"
      ),
      KeyValue("link", "\(base.link.text): \(base.link.source)"),
      KeyValue(
        "stragglers",
        "times of a node vary by \(Count.decimal(100 * base.variation, places: 0)) %"
          + (base.variation > 0 ? ": assumed unless --variation is measured" : "")
      ),
      KeyValue(
        "scaling",
        table.scaling == .weak
          ? "weak: every node has the examples of a step of one node"
          : "strong: the examples of a step of one node are divided"
      ),
    ]
  }

  private var columns: [Table.Column] {
    ["nodes", "ring s", "tree s"].map { Table.Column($0, .trailing) } + [Table.Column("best")]
      + ["exposed s", "waiting s", "serial s", "speed-up", "eff. %"].map {
        Table.Column($0, .trailing)
      }
  }

  private var rows: [[Table.Cell]] {
    table.best.map { best in
      let steps = table.entries.filter { $0.nodes == best.nodes }.map(\.overlapped.stepSeconds)
      return [Table.Cell("\(best.nodes)")] + steps.map(seconds) + [
        Table.Cell(best.algorithm.rawValue), seconds(best.overlapped.exposedSeconds),
        seconds(best.overlapped.stragglerSeconds), seconds(best.sequentialSeconds),
        Table.Cell(Count.decimal(best.speedUp, places: 1)),
        Table.Cell(Count.decimal(100 * best.efficiency, places: 1)),
      ]
    }
  }

  /// As many decimals as the column has room for.
  private func seconds(_ value: Double) -> Table.Cell {
    let places = value >= 100 ? 1 : value >= 10 ? 2 : table.base.computeSeconds < 0.1 ? 5 : 3
    return Table.Cell(Count.decimal(value, places: places))
  }
}
