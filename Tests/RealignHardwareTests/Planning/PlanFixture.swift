import Foundation

@testable import RealignHardware

/// Plans over nodes of which only the throughput matters.
enum PlanFixture {
  static let now = Date(timeIntervalSince1970: 1_800_000_000)

  static func node(_ id: String, _ rate: Double?, memory: Double? = 64) -> PlanNode {
    PlanNode(
      id: id,
      profile: MachineProfile(name: id, memoryGigabytes: memory, source: "test"),
      throughput: rate
    )
  }

  static func planner(
    _ rates: [Double],
    task: Workload.Task = .scoring,
    examples: Int = 10_000
  ) -> Planner {
    Planner(
      workload: Workload(
        parameters: 1_000_000_000,
        format: .fp16,
        task: task,
        examples: examples
      ),
      nodes: rates.enumerated().map { node("n\($0)", $1) },
      now: now
    )
  }

  static func plan(_ rates: [Double], examples: Int = 10_000) -> Plan {
    planner(rates, examples: examples).plan()
  }
}
