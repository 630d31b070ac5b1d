import Foundation
import RealignReports
import RealignText

/// The report of a run, made from the files of its directory alone.
///
/// A section whose figures are missing, because the run stopped early, is left out.
struct RunReport {
  private let files: RunFiles

  /// Reads a run directory.
  ///
  /// - Throws: `InputError`: `missingInput` when it holds no run, `badData` for a damaged file.
  init(runDirectory path: String) throws { files = try RunFiles(path) }

  /// The report of files read already.
  init(_ files: RunFiles) { self.files = files }

  /// The report as plain values.
  var report: Report {
    Report(
      title: "Run report: \(files.name)",
      subtitle: subtitle,
      sections: RunReportSections.all.compactMap { $0.section(files) }
    )
  }

  /// Writes `report.html` into the run directory.
  ///
  /// - Throws: `InputError` as reading does; `cannotCreate` or `io` when writing fails.
  static func write(run path: String) throws {
    try RunReport(runDirectory: path).write(to: path + "/report.html")
  }

  /// Writes the report as one HTML file.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  func write(to path: String) throws {
    try AtomicFile.write(HTMLRenderer.render(report), to: path)
  }

  private var subtitle: String {
    let outcome = RunOutcome(files)
    var parts = [outcome.headline, outcome.gateCount]
    if files.settings.isAtlas { parts.append("bundled Atlas data, a mechanism demo") }
    if let seed = files.settings["seed"] { parts.append("seed \(seed)") }
    if let program = files.stages.last?.program, !program.isEmpty { parts.append(program) }
    return parts.joined(separator: " · ")
  }
}

/// A section of the report.
protocol RunReportSection: Sendable {
  /// The section, or nil when the run has no figures for it.
  static func section(_ run: RunFiles) -> Section?
}

/// The sections in reading order; adding one is a file in `Sections` and a line here.
enum RunReportSections {
  static let all: [any RunReportSection.Type] = [
    DecisionSection.self,
    GatesSection.self,
    BeforeAfterSection.self,
    ExamplesSection.self,
    ControlsSection.self,
    TransferSection.self,
    RetentionSection.self,
    KLSection.self,
    DetectorSection.self,
    IterationsSection.self,
    TrainingCurvesSection.self,
    DataSection.self,
    BaselineSection.self,
    ProvenanceSection.self,
  ]
}

/// How a run ended, as its files tell.
struct RunOutcome {
  /// A few words: DEPLOY, REJECT, or how far the run came.
  let headline: String
  /// How many of the deciding gates are passed.
  let gateCount: String
  /// `DEPLOY` or `REJECT`; nil before the final evaluation.
  let decision: String?
  /// Gates that decide: those of the final table, or of the last stage finished.
  let gates: [GateRecord]
  /// Gates of stages before the last that stand in the way; a permissive run goes on past them.
  let missedBefore: [GateRecord]

  init(_ run: RunFiles) {
    decision = run.figures("evaluate")?["decision"]?["decision"]?.stringValue
    let last = run.stages.last
    gates = (last?.gates ?? []).filter(\.isGating)
    missedBefore = run.stages.dropLast().flatMap(\.gates).filter(\.isBlocking)
    let passed = gates.count(where: \.isPassed)
    let place = last.map { "stage \($0.number) (\($0.name))" } ?? "the run"
    let before =
      missedBefore.isEmpty
      ? "" : ", \(Shown.plural(missedBefore.count, "earlier gate")) not passed"
    gateCount =
      (decision == nil
        ? "\(passed) of \(Shown.plural(gates.count, "gate")) of \(place) passed"
        : "\(passed) of \(Shown.plural(gates.count, "final gate")) passed") + before
    if let decision {
      headline = decision
    } else if gates.contains(where: \.isBlocking) {
      headline = "Stopped at the gate of \(place)"
    } else {
      headline = "Not finished: \(place) is done"
    }
  }
}
