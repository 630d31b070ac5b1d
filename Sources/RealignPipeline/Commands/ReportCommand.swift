import Foundation
import RealignText

/// `realign report`: the report of a run again, from the files of its directory.
public enum ReportCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// The run directory.
    public var run: String

    /// The options of one call.
    public init(run: String) { self.run = run }
  }

  /// Writes `report.html`, `README.md`, `evaluation.json`, `metrics.jsonl` and `tensorboard/` again
  /// and brings the manifest's list of outputs up to date.
  ///
  /// - Throws: `InputError`: `missingInput` when the directory holds no run, `busy` while a run is
  ///   at work in it, `badData` for a damaged file, `cannotCreate` or `io` when writing fails.
  public static func run(_ options: Options, context: CommandContext) throws {
    let path = options.run
    let files = try RunFiles(path)
    let lock = try RunLock(directory: path)
    try withExtendedLifetime(lock) {
      try RunDocuments.write(run: path)
      try refreshManifest(path)
    }
    let outcome = RunOutcome(files)
    context.progress.note("\(path)/report.html: \(outcome.headline), \(outcome.gateCount)")
    guard context.isJSON else { return }
    try context.output.row([
      "report": .string(path + "/report.html"),
      "decision": outcome.decision.map { .string($0) } ?? .null,
      "gates": .array(files.gates.map(\.json)),
    ])
  }

  /// Hashes the outputs anew; inputs, seeds and versions stay as the run wrote them.
  private static func refreshManifest(_ path: String) throws {
    let file = path + "/manifest.json"
    guard FileManager.default.fileExists(atPath: file) else { return }
    let parsed = try JSONValue.parse(try InputFile.bytes(file), file: file, line: nil)
    guard var manifest = parsed.objectValue else {
      throw InputError(.badData, "the manifest is no object", file: file)
    }
    let outputs = try FileRecord.list(
      folder: path,
      except: ["manifest.json", "run.lock", "run.log"]
    )
    manifest["outputs"] = .array(outputs.map(\.json))
    try AtomicFile.write(JSONValue.object(manifest).serialized(pretty: true) + "\n", to: file)
  }
}
