import Foundation
import RealignText

/// A finished stage, as its marker says.
public struct StageRecord: Sendable, Equatable {
  /// The digest of everything the stage's result follows from.
  public var key: String
  /// What the stage wrote about itself.
  public var result: JSONValue
  /// The stage's files.
  public var files: [FileRecord]

  /// The digest of the outputs, for the key of the next stage.
  public var outputDigest: String {
    Digest.sha256(parts: files.map { ($0.path, $0.sha256) })
  }
}

/// What is known of a stage when a run is resumed.
public enum StageState: Sendable, Equatable {
  /// It finished, from the same settings and inputs, and its files are intact.
  case finished(StageRecord)
  /// It has not finished.
  case unfinished
  /// It finished, but cannot be used again.
  case stale(reason: String)
}

extension RunDirectory {
  /// The state of a stage; `key` is the digest of its settings and inputs now.
  public func state(of stage: StageName, key: String) -> StageState {
    guard let record = record(of: stage) else { return .unfinished }
    guard record.key == key else { return .stale(reason: "its settings or inputs changed") }
    for file in record.files {
      let found = try? FileRecord(hashing: stagePath(stage) + "/" + file.path, as: file.path)
      guard found == file else { return .stale(reason: "\(file.path) changed or is missing") }
    }
    return .finished(record)
  }

  /// The marker of a stage as written; nil without a readable one.
  public func record(of stage: StageName) -> StageRecord? {
    let path = stagePath(stage) + "/" + Self.markerName
    guard let data = FileManager.default.contents(atPath: path),
      let json = try? JSONValue.parse([UInt8](data), file: path, line: nil),
      let key = json["key"]?.stringValue, let items = json["files"]?.arrayValue
    else { return nil }
    let files = items.compactMap { FileRecord(json: $0) }
    guard files.count == items.count else { return nil }
    return StageRecord(key: key, result: json["result"] ?? .null, files: files)
  }

  /// Marks a stage finished: hashes its files and writes the marker last.
  ///
  /// - Throws: `InputError` of kind `io` or `cannotCreate`.
  @discardableResult
  public func complete(_ stage: StageName, key: String, result: JSONValue) throws -> StageRecord {
    let folder = try folder(of: stage)
    let files = try FileRecord.list(folder: folder, except: [Self.markerName])
    let marker: JSONValue = [
      "format_version": 1, "stage": .string(stage.rawValue), "key": .string(key),
      "program": .string("\(ProgramVersion.name) \(ProgramVersion.number)"),
      "result": result, "files": .array(files.map(\.json)),
    ]
    try AtomicFile.write(
      marker.serialized(pretty: true) + "\n",
      to: folder + "/" + Self.markerName
    )
    return StageRecord(key: key, result: result, files: files)
  }

  /// Forgets that a stage and those after it finished; their other files stay for resuming.
  ///
  /// - Throws: `InputError` of kind `cannotCreate`.
  public func invalidate(from stage: StageName) throws {
    for later in StageName.allCases where later.number >= stage.number {
      try Self.remove(stagePath(later) + "/" + Self.markerName)
    }
  }

  /// Makes a stage's folder ready: what an attempt with other settings or inputs left there is
  /// removed, what an interrupted attempt with these left stays, to be continued.
  ///
  /// - Returns: Whether something was removed.
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func prepare(_ stage: StageName, key: String) throws -> Bool {
    let file = stagePath(stage) + "/.key"
    let data = FileManager.default.contents(atPath: file)
    if data == Data(key.utf8) { return false }
    let isOccupied = FileManager.default.fileExists(atPath: stagePath(stage))
    try Self.remove(stagePath(stage))
    try folder(of: stage)
    try AtomicFile.write(key, to: file)
    return isOccupied
  }
}
