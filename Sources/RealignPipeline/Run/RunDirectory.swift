import Foundation
import RealignText

/// The directory of one run: locked, with one folder per stage and a marker in each finished one.
///
/// Layout: `config.yaml`, `manifest.json`, `gates.json`, `stages/N-name/`, `metrics.jsonl`,
/// `tensorboard/`, `report.html`, `evaluation.json`, `model/`, `README.md`, `run.log`.
public final class RunDirectory: Sendable {
  /// What to do with a directory that holds a run already.
  public enum ExistingRun: Sendable {
    /// Refuse.
    case refuse
    /// Continue it.
    case resume
    /// Remove the files of that run, and only those, and start again.
    case replace
  }

  /// The directory.
  public let path: String
  private let lock: RunLock

  static let markerName = "complete.json"
  private static let ownNames = [
    "config.yaml", "manifest.json", "gates.json", "stages", "metrics.jsonl", "tensorboard",
    "report.html", "report.md", "evaluation.json", "model", "README.md", "run.log",
    "iterations.jsonl", "knowledge.sqlite", "baseline.json", "kl-ledger.jsonl", "report.json",
    "decision.json",
  ]

  /// Creates or opens a run directory and locks it.
  ///
  /// - Throws: `InputError`: `busy` when another process holds it, `cannotCreate` when it cannot
  ///   be made, holds foreign files, or holds a run and `existing` says to refuse.
  public init(_ path: String, existing: ExistingRun) throws {
    self.path = path
    let manager = FileManager.default
    do {
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        .cannotCreate,
        "cannot create the run directory",
        file: path,
        hint: "check the permissions and that no file has this name"
      )
    }
    let names = (try? manager.contentsOfDirectory(atPath: path)) ?? []
    let foreign = names.filter { !$0.hasPrefix(".") }.sorted()
    // A copy of a run may lack the lock; its first stage's marker tells it from other folders.
    let firstMarker = "\(path)/stages/\(StageName.sft.folder)/\(Self.markerName)"
    let isRun = names.contains("run.lock") || manager.fileExists(atPath: firstMarker)
    guard isRun || foreign.isEmpty else {
      throw InputError(
        .cannotCreate,
        "the directory holds files that are no run",
        file: path,
        found: foreign.prefix(3).joined(separator: ", "),
        expected: "an empty or absent directory"
      )
    }
    lock = try RunLock(directory: path)
    let hasContent = names.contains { Self.ownNames.contains($0) }
    switch existing {
    case .refuse where hasContent:
      throw InputError(
        .cannotCreate,
        "the directory already holds a run",
        file: path,
        hint: "--resume continues it, --overwrite replaces it, --run-dir chooses another"
      )
    case .replace:
      for name in Self.ownNames where names.contains(name) {
        try Self.remove(path + "/" + name)
      }
    default: break
    }
  }

  /// The path of a file of this run.
  public func file(_ name: String) -> String { path + "/" + name }

  /// The folder of a stage, created if need be.
  ///
  /// - Throws: `InputError` of kind `cannotCreate`.
  @discardableResult
  public func folder(of stage: StageName) throws -> String {
    let folder = stagePath(stage)
    do {
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true
      )
    } catch {
      throw InputError(.cannotCreate, "cannot create the stage's folder", file: folder)
    }
    return folder
  }

  /// The folder of a stage, whether or not it exists.
  public func stagePath(_ stage: StageName) -> String { path + "/stages/" + stage.folder }

  /// Writes `config.yaml`.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func write(_ configuration: EffectiveConfiguration) throws {
    try AtomicFile.write(configuration.yaml(), to: file("config.yaml"))
  }

  /// Writes a JSON file of the run, pretty-printed.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func write(_ value: JSONValue, to name: String) throws {
    try AtomicFile.write(value.serialized(pretty: true) + "\n", to: file(name))
  }

  static func remove(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw InputError(.cannotCreate, "cannot remove the old file", file: path)
    }
  }
}
