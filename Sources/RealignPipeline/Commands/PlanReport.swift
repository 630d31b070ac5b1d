import RealignHardware
import RealignReports

/// A plan for people.
struct PlanReport {
  let plan: Plan

  init(_ plan: Plan) { self.plan = plan }

  var report: Report {
    let memory = plan.demand.lines.map { KeyValue($0.name, $0.text) }
    var sections = [
      Section("Decision", blocks: [Self.block(decision)]),
      Section("Machines", blocks: [Self.list(plan.lines.filter(Self.isOfNode))]),
      Section("Memory", blocks: [.keyValues(memory)]),
    ]
    if !plan.alternatives.isEmpty {
      sections.append(Section("Other ways to divide the work", blocks: [.table(alternatives)]))
    }
    if !plan.rules.isEmpty {
      let rules = plan.lines.filter { $0.subject == "published rule" }
      let texts = rules.map { "\($0.value): \($0.reason)" }
      sections.append(
        Section("What the published rules say", blocks: [.list(texts, ordered: false)])
      )
    }
    let environment = plan.environmentLines
    if !environment.isEmpty {
      sections.append(Section("Environment", blocks: [Self.list(environment)]))
    }
    let doubts = plan.warnings + contradictions
    if !doubts.isEmpty {
      sections.append(Section("Warnings", blocks: [.list(doubts, ordered: false)]))
    }
    return Report(title: title, sections: sections)
  }

  private var title: String {
    "\(plan.workload.name), \(Count.grouped(plan.workload.examples)) examples: \(plan.mode.rawValue)"
  }

  /// What is not in a section of its own.
  private var decision: [Plan.Line] {
    plan.lines.filter { line in
      line.subject != "published rule" && !Self.isOfNode(line) && !line.subject.hasPrefix("not ")
    }
  }

  /// Whether a statement is about what a node can do.
  private static func isOfNode(_ line: Plan.Line) -> Bool {
    line.subject.hasPrefix("fits ") || line.subject.hasPrefix("throughput ")
  }

  private var alternatives: Table {
    Table(
      columns: [
        Table.Column("way"), Table.Column("makespan", .trailing),
        Table.Column("times the plan", .trailing),
      ],
      rows: plan.alternatives.map { way in
        [
          Table.Cell(way.name),
          Table.Cell(way.seconds.map { Count.decimal($0, places: 0) + " s" } ?? "unknown"),
          Table.Cell(Count.decimal(way.timesThePlan, places: 2)),
        ]
      },
      caption: "Shares by anything but throughput are a mistake: the slowest node ends last."
    )
  }

  private var contradictions: [String] {
    let count = plan.contradictions.count
    guard count > 0 else { return [] }
    return [
      "the sources of the published profiles contradict each other in \(count) points (-v and "
        + "--json list them); their figures are for orientation only"
    ]
  }

  /// Statements with their reasons beside short subjects.
  private static func block(_ lines: [Plan.Line]) -> Block {
    guard (lines.map(\.subject.count).max() ?? 0) <= 24 else { return list(lines) }
    return .keyValues(lines.map { KeyValue($0.subject, "\($0.value): \($0.reason)") })
  }

  private static func list(_ lines: [Plan.Line]) -> Block {
    .list(lines.map { "\($0.subject): \($0.value): \($0.reason)" }, ordered: false)
  }
}
