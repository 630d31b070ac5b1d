import Foundation
import RealignText

/// What a run directory holds, read once.
///
/// Nothing but the directory's files is consulted, so a report can be made again anywhere.
struct RunFiles {
  /// One stage that has finished.
  struct Stage {
    /// Name of the stage, such as `cite`.
    var name: String
    /// From 1 to 7.
    var number: Int
    /// Name of its folder under `stages/`.
    var folder: String
    /// Program that finished it.
    var program: String
    /// Number of files it wrote.
    var fileCount: Int
    /// What it found.
    var figures: JSONObject
    /// Its gates, decided.
    var gates: [GateRecord]
  }

  /// The log of one training inside a stage.
  struct TrainingLog {
    /// Name of the stage.
    var stage: String
    /// Folder of the stage under `stages/`.
    var stageFolder: String
    /// Folder of the training inside the stage's.
    var folder: String
    /// The log's file.
    var path: String
    /// Logged rows in file order.
    var rows: [JSONObject]
  }

  /// The run directory.
  let path: String
  /// Finished stages in order.
  let stages: [Stage]
  /// All gates: `gates.json`, or what the stages recorded where that is missing.
  let gates: [GateRecord]
  /// The effective configuration.
  let settings: StoredSettings
  /// Logs of every training, by stage and folder.
  let logs: [TrainingLog]

  /// Reads a run directory.
  ///
  /// - Throws: `InputError`: `missingInput` when it holds no run, `badData` for a damaged file.
  init(_ path: String) throws {
    self.path = path
    let folders = Self.subfolders(path + "/stages").compactMap(Self.numbered)
      .sorted { $0.number < $1.number }
    stages = try folders.compactMap { folder in
      try Self.stage(folder, in: path + "/stages/" + folder.folder)
    }
    let listed = try Self.json(path + "/gates.json")
    guard listed != nil || !stages.isEmpty else {
      throw InputError(
        .missingInput,
        "the directory holds no run",
        file: path,
        expected: "gates.json or a finished stage under stages/",
        hint: "realign train --run-dir DIR makes one"
      )
    }
    gates = listed.map { GateRecord.list($0) } ?? stages.flatMap(\.gates)
    settings = try StoredSettings(file: path + "/config.yaml")
    logs = try folders.flatMap { folder in
      try Self.logs(folder, in: path + "/stages/" + folder.folder)
    }
  }

  /// A finished stage; nil when it has not finished.
  func stage(_ name: String) -> Stage? { stages.first { $0.name == name } }

  /// The figures of a finished stage.
  func figures(_ stage: String) -> JSONObject? { self.stage(stage)?.figures }

  /// The last part of the directory's path.
  var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }

  /// The last decision on a gate of this name.
  func lastGate(_ name: String) -> GateRecord? { gates.last { $0.name == name } }

  /// Rows of a JSON Lines file of a stage; none when there is no such file.
  ///
  /// - Throws: `InputError` of kind `badData`.
  func rows(_ file: String, of stage: String) throws -> [JSONObject] {
    guard let stage = self.stage(stage) else { return [] }
    let whole = "\(path)/stages/\(stage.folder)/\(file)"
    guard FileManager.default.fileExists(atPath: whole) else { return [] }
    return try JSONLines.read(whole).map(\.value)
  }

  // MARK: Reading

  private typealias Folder = (number: Int, name: String, folder: String)

  /// `3-cite` as a number and a name.
  private static func numbered(_ folder: String) -> Folder? {
    let parts = folder.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[0]) else { return nil }
    return (number, String(parts[1]), folder)
  }

  private static func stage(_ folder: Folder, in path: String) throws -> Stage? {
    let file = path + "/complete.json"
    guard let marker = try json(file) else { return nil }
    guard let result = marker["result"]?.objectValue else {
      throw InputError(.badData, "a stage's record without result", file: file, field: "result")
    }
    return Stage(
      name: folder.name,
      number: folder.number,
      folder: folder.folder,
      program: marker["program"]?.stringValue ?? "",
      fileCount: marker["files"]?.arrayValue?.count ?? 0,
      figures: result["figures"]?.objectValue ?? JSONObject(),
      gates: GateRecord.list(result["gates"] ?? .null)
    )
  }

  private static func logs(_ stage: Folder, in path: String) throws -> [TrainingLog] {
    try subfolders(path).sorted(by: NumberedNames.precedes).compactMap { folder in
      let file = "\(path)/\(folder)/metrics.jsonl"
      guard FileManager.default.fileExists(atPath: file) else { return nil }
      let (rows, errors) = try JSONLines.readSkippingBadRows(file)
      // A run that was killed while it wrote leaves half a last line, and only that.
      if let error = errors.first, errors.count > 1 || (error.line ?? 0) < (rows.last?.line ?? 0) {
        throw error
      }
      return TrainingLog(
        stage: stage.name,
        stageFolder: stage.folder,
        folder: folder,
        path: file,
        rows: rows.map(\.value)
      )
    }
  }

  private static func subfolders(_ path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { name in
      var isFolder: ObjCBool = false
      return !name.hasPrefix(".")
        && FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
        && isFolder.boolValue
    }.sorted()
  }

  private static func json(_ path: String) throws -> JSONValue? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try JSONValue.parse(try InputFile.bytes(path), file: path, line: nil)
  }
}

/// Order of names such as `round-2-0` and `round-10-0`: numbers between dashes by value.
enum NumberedNames {
  static func precedes(_ left: String, _ right: String) -> Bool {
    let a = left.split(separator: "-", omittingEmptySubsequences: false)
    let b = right.split(separator: "-", omittingEmptySubsequences: false)
    for (x, y) in zip(a, b) where x != y {
      if let m = Int(x), let n = Int(y), m != n { return m < n }
      return x < y
    }
    return a.count < b.count
  }
}
