import Foundation
import RealignHardware
import RealignText

extension FuzzCheck {
  /// A file of nodes that is accepted gives plans whose examples add up and whose figures are
  /// finite.
  static let nodeFile = FuzzCheck(name: "node-file") { bytes in
    let folder = NSTemporaryDirectory() + "/node-file-\(getpid())-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/nodes.json"
    try Data(bytes).write(to: URL(filePath: path))
    let nodes = try accepted { try NodeFile.read(path, profiles: MachineProfile.reference) }
    guard let nodes else { return }
    for task in Workload.Task.allCases {
      for parameters in [135_000_000, 30_000_000_000] {
        let workload = Workload(
          parameters: parameters,
          format: .fp16,
          task: task,
          examples: 1000
        )
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        try check(Planner(workload: workload, nodes: nodes, now: now).plan())
      }
    }
  }

  private static func check(_ plan: Plan) throws {
    let shares = plan.shares.compactMap(\.examples)
    if shares.count == plan.shares.count, !shares.isEmpty {
      try require(shares.reduce(0, +) == plan.workload.examples, "\(shares)")
    }
    let figures =
      [plan.makespanSeconds, plan.speedUp].compactMap { $0 } + plan.shares.map(\.fraction)
    try require(figures.allSatisfy { $0.isFinite && $0 >= 0 }, "\(figures)")
    try require(!plan.json.serialized().isEmpty && !plan.lines.isEmpty, "an empty plan")
  }
}
