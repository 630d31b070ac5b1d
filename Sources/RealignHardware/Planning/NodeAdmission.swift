import Foundation

/// Which of the nodes that were listed can be planned with, and what is odd about them.
struct NodeAdmission {
  /// Nodes with a positive throughput, or one that is to be looked up; each name once.
  private(set) var nodes: [PlanNode] = []
  /// Nodes that are left out, each name once.
  private(set) var absent: [PlanNode] = []
  private(set) var warnings: [String] = []

  /// Days after which a measurement is called stale: systems, drivers and neighbours change.
  static let maximumAgeDays = 30.0

  init(_ listed: [PlanNode], now: Date) {
    for node in Self.unique(listed, &warnings) {
      if let reason = Self.absence(node) {
        warnings.append("\(node.id): left out: \(reason)")
        absent.append(node)
      } else {
        nodes.append(node)
        if let warning = Self.age(node, now) { warnings.append("\(node.id): \(warning)") }
      }
    }
  }

  /// Of nodes with the same name only the one measured last: counted twice, a machine would be
  /// given two shares.
  private static func unique(_ listed: [PlanNode], _ warnings: inout [String]) -> [PlanNode] {
    var result: [PlanNode] = []
    for node in listed {
      guard let index = result.firstIndex(where: { $0.id == node.id }) else {
        result.append(node)
        continue
      }
      let first = result[index]
      let isNewer = (node.measured ?? .distantPast) > (first.measured ?? .distantPast)
      let (kept, dropped) = isNewer ? (node, first) : (first, node)
      result[index] = kept
      var text = "\(node.id): duplicate: listed more than once; "
      text += isNewer ? "the entry measured last counts" : "the first entry counts"
      if let before = dropped.throughput, let after = kept.throughput, before > 0, after > 0,
        let change = Drift.text(from: before, to: after)
      {
        text += "; it has drifted: \(change)"
      }
      warnings.append(text)
    }
    return result
  }

  private static func absence(_ node: PlanNode) -> String? {
    guard let throughput = node.throughput else { return nil }
    if throughput.isNaN { return "its throughput is not a number" }
    if throughput == 0 { return "offline: its throughput is zero" }
    if throughput < 0 { return "its throughput is negative (\(Shown.number(throughput)))" }
    return throughput.isFinite ? nil : "its throughput is infinite"
  }

  private static func age(_ node: PlanNode, _ now: Date) -> String? {
    guard let measured = node.measured else { return nil }
    let days = now.timeIntervalSince(measured) / 86_400
    if days < -1 {
      return "its timestamp lies \(Shown.number(-days)) days in the future; look at its clock"
    }
    guard days > maximumAgeDays else { return nil }
    return "stale: measured \(Shown.number(days)) days ago, more than "
      + "\(Shown.number(maximumAgeDays)); realign bench calibrate there"
  }
}
