import Foundation
import RealignReports
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Run report")
struct RunReportTests {
  private func report(upTo stage: String = "evaluate", decision: String = "DEPLOY") throws -> Report
  {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run-1"
    _ = try SyntheticRun(at: path, upTo: stage, decision: decision)
    return try RunReport(runDirectory: path).report
  }

  /// Every table of a section.
  private func tables(_ report: Report, _ title: String) -> [Table] {
    (report.sections.first { $0.title == title }?.blocks ?? []).compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
  }

  @Test("a finished run has every section, in reading order")
  func allSections() throws {
    #expect(
      try report().sections.map(\.title) == [
        "Decision", "Gates", "Before and after", "Examples", "Controls", "Transfer",
        "Capability retention", "Distance from the reference (KL)", "Hallucination detector",
        "Targeted rounds (stage 6)", "Training curves", "Training data", "Starting model (stage 1)",
        "Provenance",
      ]
    )
  }

  @Test("a run that stopped after stage 3 shows only what was measured")
  func stopped() throws {
    let report = try report(upTo: "cite")
    #expect(
      report.sections.map(\.title) == [
        "Where the run stands", "Gates", "Training curves", "Training data",
        "Starting model (stage 1)", "Provenance",
      ]
    )
    #expect(report.subtitle.hasPrefix("Not finished: stage 3 (cite) is done · 1 of 1 gate of"))
    #expect(!HTMLRenderer.render(report).contains("DEPLOY"))
  }

  @Test("a run with a blocking gate is told from one that was not run on")
  func blocked() throws {
    let folder = try TemporaryFolder()
    _ = try SyntheticRun(at: folder.path, upTo: "cite")
    let file = folder.path + "/stages/3-cite/complete.json"
    let text = try InputFile.text(file).replacing("\"PASS\"", with: "\"INSUFFICIENT\"")
    try AtomicFile.write(text, to: file)
    let outcome = RunOutcome(try RunFiles(folder.path))
    #expect(outcome.headline == "Stopped at the gate of stage 3 (cite)")
    #expect(outcome.gateCount == "0 of 1 gate of stage 3 (cite) passed")
  }

  @Test("a missed gate of an earlier stage is not hidden by a later one that passed")
  func missedBefore() throws {
    let folder = try TemporaryFolder()
    _ = try SyntheticRun(at: folder.path)
    let file = folder.path + "/stages/3-cite/complete.json"
    let text = try InputFile.text(file).replacing("\"PASS\"", with: "\"FAIL\"")
    try AtomicFile.write(text, to: file)
    let files = try RunFiles(folder.path)
    #expect(RunOutcome(files).gateCount == "8 of 8 final gates passed, 1 earlier gate not passed")
    let page = TextRenderer.render(RunReport(files).report)
    #expect(page.contains("DEPLOY by the final table alone"))
    #expect(page.contains("Factuality (cite): FAIL"))
  }

  @Test("a rejected run says which gate stands in the way and what to do")
  func rejected() throws {
    let report = try report(decision: "REJECT")
    let section = try #require(report.sections.first { $0.title == "Decision" })
    let lists = section.blocks.compactMap { block -> [String]? in
      if case .list(let items, _) = block { items } else { nil }
    }
    #expect(lists.count == 2)
    #expect(lists[0].count == 1)
    #expect(
      lists[0][0].hasPrefix(
        "Hallucination rate (evaluate): INSUFFICIENT, the estimate meets < 0.1000"
      )
    )
    #expect(lists[1][0].hasSuffix("evaluate on more items."))
    #expect(report.subtitle.hasPrefix("REJECT · 7 of 8 final gates passed"))
  }

  @Test("a gate's row holds verdict, rule, estimate with interval, bound, n and judge")
  func gateRow() throws {
    let table = try #require(tables(try report(), "Gates").first)
    let rows = table.rows.map { $0.map(\.text) }
    #expect(
      rows[3] == [
        "Hallucination rate", "PASS", "< 10 %", "3.7 % (2.7–4.9)", "4.7 %", "1200", "gold",
      ]
    )
    #expect(rows[4][1...] == ["PASS", "≤ 0.1", "0.0340 (0.0290–0.0410)", "0.0400", "240", "exact"])
    // Reported only: neither an interval nor a say.
    #expect(rows[8][1] == "FAIL*")
    #expect(table.rows[8][1].status == .warn)
    #expect(table.caption.hasSuffix("*: reported, decides nothing."))
  }

  @Test("a gate passed although its estimate misses the threshold says why")
  func notRefuted() throws {
    let folder = try TemporaryFolder()
    _ = try SyntheticRun(at: folder.path)
    let file = folder.path + "/gates.json"
    let text = try InputFile.text(file).replacing(
      "\"estimate\": -0.004",
      with: "\"estimate\": 0.004"
    )
    try AtomicFile.write(text, to: file)
    let page = TextRenderer.render(try RunReport(runDirectory: folder.path).report, width: 400)
    #expect(page.contains("Change in stage 6, points (iterate): passed although its estimate"))
  }

  @Test("the same metric is credited to whoever judged it at each stage")
  func judges() throws {
    let table = try #require(tables(try report(), "Gates").dropFirst().first)
    let judges = table.rows.map { [$0[0].text, $0[6].text] }
    #expect(judges.contains(["collect: Citation accuracy", "verifier"]))
    #expect(judges.contains(["detect: Hallucination rate", "detector"]))
    #expect(judges.contains(["cite: Factuality", "gold"]))
  }

  @Test("outcomes before and after are counted against each other")
  func outcomes() throws {
    let all = tables(try report(), "Before and after")
    let answerable = try #require(all.first { $0.columns[0].title.hasPrefix("Answerable") })
    // Prompt 0: wrong → right, 1: right → right, 2: right → declined.
    #expect(
      answerable.rows.map { $0.map(\.text) } == [
        ["right", "1", "0", "1", "2"], ["wrong", "1", "0", "0", "1"],
        ["declined", "0", "0", "0", "0"],
      ]
    )
    let unanswerable = try #require(all.first { $0.columns[0].title.hasPrefix("Unanswerable") })
    #expect(unanswerable.rows[0].map(\.text) == ["invented", "0", "1", "1"])
  }

  @Test("always declining misses the gates that it cannot measure")
  func policies() throws {
    let table = try #require(tables(try report(), "Controls").last)
    #expect(table.rows.first?.last?.text == "none")
    #expect(table.rows.last?.first?.text == "Always declines")
    #expect(table.rows.last?.last?.text == "citation accuracy, factuality, over-refusal")
  }

  @Test("benchmarks take their number of items from stage 1")
  func retention() throws {
    let table = try #require(tables(try report(), "Capability retention").first)
    #expect(table.rows.map { $0[5].text } == ["320", "320", "200", "1600"])
    #expect(table.rows[2][3].text == "not measurable")
  }

  @Test("examples show improvements first and mark citations")
  func examples() throws {
    let section = try #require(try report().sections.first { $0.title == "Examples" })
    let texts = section.blocks.compactMap { block -> HighlightedText? in
      if case .highlightedText(let text) = block { text } else { nil }
    }
    #expect(
      texts.map(\.title) == [
        "Wrong → right", "Invented → declined, the passages do not contain the answer",
        "Right → declined", "Still right",
      ]
    )
    #expect(texts[0].lines.map(\.label) == ["[1]", "[2]", "Question", "Before", "After", "Wanted"])
    #expect(
      texts[0].lines[4].spans == [
        HighlightedText.Span("The river of Belmora is Tessel ", .correct),
        HighlightedText.Span("[1]", .citation), HighlightedText.Span(".", .plain),
      ]
    )
  }

  @Test("what a model wrote is text in the page, never markup")
  func escaped() throws {
    let html = HTMLRenderer.render(try report())
    #expect(html.contains("&lt;b&gt;glass&lt;/b&gt;"))
    #expect(!html.contains("<b>"))
  }

  @Test("a run directory gives the same bytes twice, under whatever path it lies")
  func deterministic() throws {
    let pages = try (0..<2).map { _ in
      let folder = try TemporaryFolder()
      let path = folder.path + "/run"
      _ = try SyntheticRun(at: path)
      try RunReport.write(run: path)
      return try InputFile.bytes(path + "/report.html")
    }
    #expect(pages[0] == pages[1])
  }

  @Test("a directory without a run is refused, a damaged record names its file")
  func errors() throws {
    let folder = try TemporaryFolder()
    let absent = #expect(throws: InputError.self) { try RunFiles(folder.path + "/none") }
    #expect(absent?.kind == .missingInput)
    try folder.write("{\"result\": ", to: "stages/1-sft/complete.json")
    let damaged = #expect(throws: InputError.self) { try RunFiles(folder.path) }
    #expect(damaged?.kind == .badData)
    #expect(damaged?.file?.hasSuffix("stages/1-sft/complete.json") == true)
  }

  @Test("the interval of an area follows Hanley and McNeil's standard error")
  func areaInterval() {
    // A = 0.8, 50 and 50: Q1 = 2/3, Q2 = 1.28/1.8, variance =
    // (0.16 + 49·(0.026667) + 49·(0.071111)) / 2500 = 0.0019804, se = 0.044502, ±0.087223.
    #expect(DetectorSection.hanleyMcNeil(0.8, positives: 50, negatives: 50) == "0.713–0.887")
    #expect(DetectorSection.hanleyMcNeil(1, positives: 50, negatives: 50) == "–")
  }
}
