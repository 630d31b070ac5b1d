import Foundation
import RealignEvaluation
import RealignKnowledge
import RealignNumerics
import RealignText

/// Walks the stages: skips what is done, stops at the first gate that is not passed, writes the
/// run's own files.
struct StageRun {
  let context: StageContext
  let configuration: EffectiveConfiguration

  func execute(
    from: StageName?,
    to: StageName?,
    output: CommandContext
  ) throws -> CommandOutcome {
    let started = Date()
    if let from { try context.directory.invalidate(from: from) }
    var blocked: [GateResult] = []
    var key = try startKey()
    for stage in StageList.all {
      if let to, stage.name.number > to.number { break }
      let settings = configuration.canonicalText(groups: [stage.name.rawValue])
      let (gates, nextKey) = try perform(
        stage,
        key: Digest.sha256(parts: [("inputs", key), ("settings", settings)])
      )
      key = nextKey
      blocked = gates.filter(\.blocks)
      for gate in blocked {
        context.progress.warn(
          "gate \(gate.gate.name): \(gate.verdict.rawValue)"
            + (gate.reason.map { ", \($0)" } ?? "")
        )
      }
      if !blocked.isEmpty, context.configuration.gates.enforcement == .strict { break }
    }
    let all = try writeGates()
    try RunOutputs(context: context, configuration: configuration).write(gates: all)
    try report(all, output: output, seconds: Date().timeIntervalSince(started))
    return all.contains(where: \.isBlocking) ? .notPassed : .passed
  }

  /// Settings that every stage depends on; those of its own group come with each stage, and the
  /// others change nothing that is recorded.
  private static let commonSettings = [
    "version", "model", "seed", "data", "gates.mode", "gates.profile", "collect", "evaluate",
  ]

  /// Identifies what the first stage depends on.
  private func startKey() throws -> String {
    let weights = try Digest.sha256(file: context.baseModel + "/model.safetensors").digest
    return Digest.sha256(parts: [
      ("configuration", configuration.canonicalText(groups: Self.commonSettings)),
      ("weights", weights),
      ("knowledge", context.store.contentHash),
      ("questions", "\(context.data.train.map(\.id)) \(context.data.test.map(\.id))"),
    ])
  }

  /// Runs a stage unless its results for the same inputs are there.
  private func perform(
    _ stage: any Stage,
    key: String
  ) throws -> (gates: [GateResult], key: String) {
    try Interruption.check("before stage \(stage.name.rawValue)")
    switch context.directory.state(of: stage.name, key: key) {
    case .finished(let record):
      context.progress.note("stage \(stage.name.number) \(stage.name.rawValue): done before")
      return (StoredGate.results(record.result), nextKey(key, record))
    case .stale(let reason):
      context.progress.warn("stage \(stage.name.rawValue) is run again: \(reason)")
    case .unfinished: break
    }
    let began = Date()
    if try context.directory.prepare(stage.name, key: key) {
      context.progress.detail("stage \(stage.name.rawValue): an earlier attempt is removed")
    }
    context.folder = context.directory.stagePath(stage.name)
    let result = try stage.run(context)
    let record = try context.directory.complete(
      stage.name,
      key: key,
      result: [
        "gates": .array(result.gates.map(\.json)), "figures": .object(result.figures),
      ]
    )
    let seconds = Date().timeIntervalSince(began)
    context.progress.note(
      "stage \(stage.name.number) \(stage.name.rawValue) (\(stage.summary)): "
        + "\(StageContext.decimal(seconds, 0)) s"
    )
    return (result.gates, nextKey(key, record))
  }

  private func nextKey(_ key: String, _ record: StageRecord) -> String {
    Digest.sha256(parts: [("previous", key), ("outputs", record.outputDigest)])
  }

  /// Writes `gates.json` from all stages done.
  private func writeGates() throws -> [StoredGate] {
    var all: [StoredGate] = []
    for stage in StageName.allCases {
      guard let record = context.directory.record(of: stage) else { continue }
      all += StoredGate.read(record.result)
    }
    try context.directory.write(.array(all.map(\.json)), to: "gates.json")
    return all
  }

  private func report(
    _ gates: [StoredGate],
    output: CommandContext,
    seconds: Double
  ) throws {
    if output.isJSON {
      try output.output.row([
        "run": .string(context.directory.path), "gates": .array(gates.map(\.json)),
        "seconds": .number(seconds),
        "peak_rss_bytes": .number(Double(MachineInformation.peakResidentBytes)),
      ])
    } else {
      for line in StoredGate.table(gates) { try output.output.text(line) }
    }
    context.progress.note(
      "run \(context.directory.path): \(StageContext.decimal(seconds, 0)) s, peak memory "
        + "\(MachineInformation.peakResidentBytes >> 20) MiB"
    )
  }
}
