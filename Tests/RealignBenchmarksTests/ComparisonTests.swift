import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@testable import RealignBenchmarks

@Suite("Comparison with saved figures")
struct ComparisonTests {
  private static let yardstick = Yardstick("yardstick", work: 1) {}

  /// A figure of times measured in turn with a yardstick's.
  private func row(
    _ seconds: [Double],
    beside others: [Double]? = nil,
    name: String = "x",
    othersShare: Double? = nil
  ) -> BenchmarkRow {
    let timing = Timing(
      seconds,
      beside: (Self.yardstick, seconds: others ?? seconds.map { _ in 1 })
    )
    var row = BenchmarkRow(name, unit: "u", work: 1, timing: timing)
    row.othersShare = othersShare
    return row
  }

  private func report(_ rows: BenchmarkRow..., yardstick: Double = 50) -> SavedReport {
    SavedReport(processor: "p", yardstick: yardstick, rows: rows)
  }

  private func verdict(_ new: BenchmarkRow, _ old: BenchmarkRow) -> Comparison.Verdict? {
    Comparison.compare(report(new), with: report(old)).first?.verdict
  }

  private let quiet = [1.00, 1.01, 1.00, 1.02, 1.01]

  @Test("a slower figure is a regression, a faster one an improvement")
  func verdicts() {
    #expect(verdict(row(quiet), row(quiet)) == .same)
    #expect(verdict(row(quiet.map { 1.3 * $0 }), row(quiet)) == .regression)
    #expect(verdict(row(quiet.map { 0.7 * $0 }), row(quiet)) == .improvement)
    #expect(verdict(row(quiet.map { 1.08 * $0 }), row(quiet)) == .same)
  }

  @Test("a machine that is slower as a whole, throughout or for a while, is no regression")
  func slowMachine() {
    let slow = quiet.map { 2 * $0 }
    #expect(verdict(row(slow, beside: [2, 2, 2, 2, 2]), row(quiet)) == .same)
    let partly = [1, 1.01, 3, 3.03, 2.98]
    #expect(verdict(row(partly, beside: [1, 1, 3, 3, 3]), row(quiet)) == .same)
  }

  @Test("a figure that scatters, or whose best is as good as ever, is no regression")
  func scatter() {
    #expect(verdict(row([1.0, 1.6, 1.3, 2.0, 1.2]), row(quiet)) == .same)
    // Most measurements were disturbed in the same way, one was not.
    #expect(verdict(row([1, 1.5, 1.5, 1.5, 1.5, 1.5]), row(quiet)) == .same)
  }

  @Test("beyond the noise while others were working is unclear, within the noise is not")
  func others() {
    let slow = row(quiet.map { 1.5 * $0 }, othersShare: 0.4)
    #expect(verdict(slow, row(quiet)) == .unclear)
    #expect(verdict(row(quiet), row(quiet.map { 1.5 * $0 }, othersShare: 0.4)) == .unclear)
    #expect(verdict(row(quiet, othersShare: 0.9), row(quiet)) == .same)
    #expect(
      verdict(row(quiet.map { 1.5 * $0 }, othersShare: 0.05), row(quiet)) == .regression
    )
  }

  @Test("figures over different yardsticks are not compared, those without one by the run's")
  func yardsticks() {
    var other = row(quiet)
    other.relative?.yardstick = "other"
    #expect(verdict(other, row(quiet)) == nil)
    var plain = row(quiet)
    plain.relative = nil
    #expect(verdict(plain, row(quiet)) == nil)
    var slow = row(quiet.map { 2 * $0 })
    slow.relative = nil
    let same = Comparison.compare(report(slow, yardstick: 25), with: report(plain))
    #expect(same.map(\.verdict) == [.same])
    let slower = Comparison.compare(report(slow), with: report(plain))
    #expect(slower.map(\.verdict) == [.regression])
  }

  @Test("what seems slower is measured again before it is called a regression")
  func confirmation() {
    let old = report(row(quiet), row(quiet, name: "y"))
    let slow = quiet.map { 1.5 * $0 }
    var asked: [Set<String>] = []
    // Slow once more, then as ever.
    var again = [row(slow), row(quiet)]
    var new = report(row(slow), row(quiet, name: "y"))
    var changes = Comparison.confirmed(&new, with: old) { names in
      asked.append(names)
      return [again.removeFirst()]
    }
    #expect(changes.map(\.verdict) == [.same, .same])
    #expect(asked == [["x"], ["x"]])
    #expect(new.rows[0] == row(quiet))
    // Slow every time.
    asked = []
    new = report(row(slow), row(quiet, name: "y"))
    changes = Comparison.confirmed(&new, with: old) { names in
      asked.append(names)
      return [row(quiet.map { 1.6 * $0 })]
    }
    #expect(changes.map(\.verdict) == [.regression, .same])
    #expect(asked.count == 2 && new.rows[0] == row(slow))
    // Nothing is measured again where nothing changed.
    new = report(row(quiet), row(quiet, name: "y"))
    asked = []
    _ = Comparison.confirmed(&new, with: old) { names in
      asked.append(names)
      return []
    }
    #expect(asked.isEmpty)
  }

  @Test("a figure of several rounds is their median, with the spread between them")
  func rounds() {
    let rounds = [row([2, 2, 2]), row([1, 1, 1]), row([1.25, 1.25, 1.25])]
    let merged = BenchmarkRow(rounds: rounds)
    #expect(merged.value == 0.8 && merged.best == 1 && merged.samples == 9)
    #expect(merged.relative?.value == 0.8 && merged.relative?.best == 0.8)
    #expect(merged.spread == 0.5 / 0.8 && merged.relative?.spread == 0.5 / 0.8)
    #expect(BenchmarkRow(rounds: [row(quiet)]) == row(quiet))
    let loaded = [row(quiet, othersShare: 0.3), row(quiet, othersShare: 0.1)]
    #expect(BenchmarkRow(rounds: loaded).othersShare == 0.3)
    #expect(BenchmarkRow(rounds: loaded).relative == row(quiet).relative)
  }

  @Test("only a regression makes the command fail")
  func outcome() {
    let old = report(row(quiet))
    func outcome(_ new: BenchmarkRow) -> Bool {
      BenchCommand.outcome(Comparison.compare(report(new), with: old)) == .passed
    }
    #expect(!outcome(row(quiet.map { 2 * $0 })))
    #expect(outcome(row(quiet)) && outcome(row(quiet.map { $0 / 2 })))
    #expect(outcome(row(quiet.map { 2 * $0 }, othersShare: 0.5)))
  }

  @Test("saved figures are read back, other files are refused")
  func files() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/figures.json"
    var plain = row(quiet, name: "y")
    plain.relative = nil
    let report = report(row(quiet, othersShare: 0.25), plain)
    try report.save(to: path)
    let copy = try SavedReport(path: path)
    #expect(copy.rows == report.rows && copy.yardstick == 50 && copy.processor == "p")
    let row = #""name":"x","unit":"u","value":1,"best":1,"spread":0,"samples":3"#
    for text in [
      "{}", "[", #"{"format":"realign-bench-1","yardstick_gflops":0,"rows":[]}"#,
      #"{"format":"realign-bench-1","yardstick_gflops":1,"rows":[{"name":"x"}]}"#,
      #"{"format":"realign-bench-1","yardstick_gflops":1,"rows":[{\#(row),"relative":{}}]}"#,
    ] {
      let file = try folder.write(text, to: "bad.json")
      #expect(throws: InputError.self) { try SavedReport(path: file) }
    }
  }
}
