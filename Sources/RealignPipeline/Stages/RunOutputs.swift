import Foundation
import RealignKnowledge
import RealignNumerics
import RealignText

/// What a run leaves behind beside its stages: the model, the evaluation, the logs, the report,
/// the model card and the manifest.
struct RunOutputs {
  let context: StageContext
  let configuration: EffectiveConfiguration

  /// Writes all of it; the manifest last.
  ///
  /// - Parameter gates: The gates of all finished stages, as `gates.json` holds them.
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  func write(gates: [StoredGate]) throws {
    guard !gates.isEmpty else { return }
    try writeModel()
    try RunDocuments.write(run: context.directory.path)
    try writeManifest()
  }

  /// Stages that train, the last first.
  private static let trained: [StageName] = [.iterate, .optimize, .cite, .sft]

  /// Copies the model of the last finished stage to `model/`; it appears whole.
  private func writeModel() throws {
    let directory = context.directory
    let manager = FileManager.default
    let source = Self.trained.first { stage in
      directory.record(of: stage) != nil
        && manager.fileExists(atPath: directory.stagePath(stage) + "/model")
    }
    guard let source else { return }
    let target = directory.file("model")
    let fresh = directory.file(".model.partial")
    let old = directory.file(".model.old")
    try RunDirectory.remove(fresh)
    try RunDirectory.remove(old)
    do {
      try manager.copyItem(atPath: directory.stagePath(source) + "/model", toPath: fresh)
      if manager.fileExists(atPath: target) { try manager.moveItem(atPath: target, toPath: old) }
      try manager.moveItem(atPath: fresh, toPath: target)
    } catch {
      try? manager.removeItem(atPath: fresh)
      throw InputError(
        .io,
        "cannot put the model in place",
        file: target,
        found: (error as NSError).localizedDescription,
        hint: "check the free disk space"
      )
    }
    try RunDirectory.remove(old)
  }

  private func writeManifest() throws {
    var manifest = Manifest()
    let data = context.configuration.data
    try manifest.addInputs([context.baseModel])
    try manifest.addInputs(data.knowledge + data.questions + data.claims + data.instructions)
    try manifest.addInputs(context.configuration.evaluate.suites)
    manifest.seeds = [("run", context.seed)]
    if context.configuration.model == nil { manifest.seeds.append(("atlas", AtlasData.worldSeed)) }
    manifest.versions = [
      ("knowledge", context.store.contentHash), ("blas", MachineInformation.blasConfiguration),
    ]
    manifest.configurationDigest = Digest.sha256(configuration.canonicalText)
    try manifest.addOutputs(of: context.directory)
    try manifest.write(to: context.directory)
  }
}
