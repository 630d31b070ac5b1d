import Foundation
import RealignText
import RealignTraining
import Testing

/// Ten updates of all weights beside TRL's, in single precision.
@Suite("Preference losses against TRL")
struct TRLParityTests {
  /// Sums in another order than torch's differ by 1e-6; ten updates let that grow.
  static let bound = 1e-3
  static let folder = ProcessInfo.processInfo.environment["REALIGN_PARITY"]

  @Test(
    "ten steps follow TRL's loss, rewards and gradient norm",
    arguments: TRLGolden.names(folder: Fixtures.goldens)
  )
  func tenSteps(name: String) throws {
    let golden = try TRLGolden(folder: Fixtures.goldens)
    let run = try #require(golden.runs.first { $0.name == name })
    let (distance, metric) = try golden.worst(run)
    #expect(distance < Self.bound, "\(metric)")
  }

  @Test("every loss that TRL has is compared with it, and its runs learn")
  func coverage() throws {
    let runs = try TRLGolden(folder: Fixtures.goldens).runs
    let compared = Set(runs.flatMap(\.losses))
    let all = PreferenceLosses.all.map { $0.name } + UnpairedLosses.all.map { $0.name }
    #expect(all.filter { !compared.contains($0) } == ["cdpo", "dpop"])
    for run in runs {
      let losses = try #require(run.metrics.first { $0.name == "loss" }?.values)
      let (first, last) = (try #require(losses.first), try #require(losses.last))
      #expect(losses.count == 10 && last < 0.95 * first, "\(run.name)")
    }
  }

  /// Values that `Goldens/compare_with_trl.py` made afresh; its rows go to losses.json.
  @Test("fresh runs of TRL are followed too", .enabled(if: folder != nil))
  func fresh() throws {
    let folder = try #require(Self.folder)
    let golden = try TRLGolden(folder: folder)
    var rows: [JSONValue] = []
    for run in golden.runs {
      let (distance, metric) = try golden.worst(run)
      #expect(distance < Self.bound, "\(run.name): \(metric)")
      rows.append([
        "item": .string(run.name),
        "cases": .integer(run.metrics.reduce(0) { $0 + $1.values.count }),
        "worst": .number(distance),
        "bound": .number(Self.bound),
        "ok": .bool(distance < Self.bound),
        "note": .string("worst in " + (metric.isEmpty ? "none" : metric)),
      ])
    }
    let report: JSONValue = ["section": "losses", "rows": .array(rows)]
    try Data(report.serializedBytes(pretty: true))
      .write(to: URL(fileURLWithPath: folder + "/losses.json"))
  }
}
