import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// What a run needs to continue bit for bit, written as one directory by rename.
///
/// `weights.safetensors` holds the trained values, `optimizer.safetensors` the moments,
/// `state.json` the position; `manifest.json` is written last with the SHA-256 of the others, so a
/// directory without a matching manifest is incomplete and skipped.
struct TrainingCheckpoint {
  var step: Int
  var digest: String
  var sums: MetricSums
  var bestScore: Double?
  var evaluationsWithoutGain: Int
  var trainedTokens: Int
  var logBytes: Int
  var skippedUpdates: Int

  static let weightsName = "weights.safetensors"
  static let optimizerName = "optimizer.safetensors"
  private static let files = [weightsName, optimizerName, "state.json"]

  /// Writes `checkpoint-<step>` and deletes older ones.
  ///
  /// - Parameters:
  ///   - directory: Of the run.
  ///   - optimizer: Its parameters are written; its moments where `moment` takes them from it.
  ///   - keep: How many checkpoints stay; nil deletes none.
  ///   - extra: Step of one that is not counted.
  ///   - moment: The moments of all parameters, asked for by turns.
  func save(
    to directory: String,
    optimizer: AdamWState,
    keep: Int?,
    besides extra: Int? = nil,
    moment: (String) throws -> Tensor
  ) throws -> String {
    let final = directory + "/checkpoint-\(step)"
    let temporary = directory + "/.tmp-checkpoint-\(step)"
    let manager = FileManager.default
    try? manager.removeItem(atPath: temporary)
    try Self.create(temporary)
    try write(to: temporary, optimizer: optimizer, moment: moment)
    try? manager.removeItem(atPath: final)
    do {
      try manager.moveItem(atPath: temporary, toPath: final)
    } catch {
      throw InputError(.cannotCreate, "cannot put the checkpoint in place", file: final)
    }
    if let keep {
      for old in Self.steps(in: directory).filter({ $0 != extra }).dropLast(max(1, keep)) {
        Self.remove(old, from: directory)
      }
    }
    return final
  }

  /// Deletes the checkpoint of a step.
  static func remove(_ step: Int, from directory: String) {
    try? FileManager.default.removeItem(atPath: directory + "/checkpoint-\(step)")
  }

  private static func create(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true
      )
    } catch {
      throw InputError(.cannotCreate, "cannot create the checkpoint", file: path)
    }
  }

  private func write(
    to directory: String,
    optimizer: AdamWState,
    moment: (String) throws -> Tensor
  ) throws {
    let count = optimizer.parameters.count
    try SafeTensorsWriter.write(
      [("values", [count], optimizer.parameters)],
      metadata: [:],
      to: directory + "/" + Self.weightsName
    )
    let writer = SafeTensorsWriter(
      entries: optimizer.moments.map { .init(name: $0.name, shape: [count], type: .f32) },
      metadata: [:]
    )
    try writer.write(to: directory + "/" + Self.optimizerName) { .single(try moment($0.name)) }
    try AtomicFile.write(
      json.serialized(pretty: true) + "\n",
      to: directory + "/state.json"
    )
    var manifest = JSONObject()
    for name in Self.files {
      manifest[name] = .string(try FileDigest.sha256(directory + "/" + name).digest)
    }
    try AtomicFile.write(
      JSONValue.object(manifest).serialized(pretty: true) + "\n",
      to: directory + "/manifest.json"
    )
  }

  /// Steps of the checkpoints in a directory, ascending, complete or not.
  static func steps(in directory: String) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.compactMap { name in
      name.hasPrefix("checkpoint-") ? Int(name.dropFirst("checkpoint-".count)) : nil
    }.sorted()
  }

  /// The newest complete checkpoint of the same run.
  ///
  /// - Parameter digest: Identifies rows, settings and starting weights.
  /// - Returns: nil when there is no complete checkpoint.
  /// - Throws: `InputError` when the newest complete checkpoint belongs to another run.
  static func newest(
    in directory: String,
    digest: String
  ) throws -> (checkpoint: TrainingCheckpoint, path: String)? {
    for step in steps(in: directory).reversed() {
      let path = directory + "/checkpoint-\(step)"
      guard verify(path) else { continue }
      let checkpoint = try read(path)
      guard checkpoint.digest == digest else {
        throw InputError(
          .badData,
          "the checkpoint belongs to a run with other rows, settings or weights",
          file: path,
          hint: "resume with the same inputs, or choose another output directory"
        )
      }
      return (checkpoint, path)
    }
    return nil
  }

  private static func verify(_ path: String) -> Bool {
    guard let bytes = FileManager.default.contents(atPath: path + "/manifest.json"),
      let object = try? JSONValue.parse([UInt8](bytes), file: path, line: nil).objectValue
    else { return false }
    return files.allSatisfy { name in
      guard let expected = object[name]?.stringValue,
        let found = try? FileDigest.sha256(path + "/" + name).digest
      else { return false }
      return expected == found
    }
  }

  private static func read(_ path: String) throws -> TrainingCheckpoint {
    let file = path + "/state.json"
    let bytes = FileManager.default.contents(atPath: file) ?? Data()
    guard let checkpoint = Self(json: try JSONValue.parse([UInt8](bytes), file: file, line: nil))
    else {
      throw InputError(
        .badData,
        "the checkpoint was written by another version",
        file: file,
        expected: "version 1"
      )
    }
    return checkpoint
  }
}

extension TrainingCheckpoint {
  /// All but the tensors.
  var json: JSONValue {
    .object([
      "version": .number(1),
      "step": .number(Double(step)),
      "digest": .string(digest),
      "sums": sums.json,
      "best_score": bestScore.map { .string(String($0.bitPattern, radix: 16)) } ?? .null,
      "evaluations_without_gain": .number(Double(evaluationsWithoutGain)),
      "trained_tokens": .number(Double(trainedTokens)),
      "log_bytes": .number(Double(logBytes)),
      "skipped_updates": .number(Double(skippedUpdates)),
    ])
  }

  /// Reads `json` back; nil when it is not such a record.
  init?(json: JSONValue) {
    guard let object = json.objectValue, object["version"]?.intValue == 1,
      let step = object["step"]?.intValue, let digest = object["digest"]?.stringValue,
      let sums = object["sums"].flatMap({ MetricSums(json: $0) })
    else { return nil }
    self.init(
      step: step,
      digest: digest,
      sums: sums,
      bestScore: object["best_score"]?.stringValue
        .flatMap { UInt64($0, radix: 16) }.map { Double(bitPattern: $0) },
      evaluationsWithoutGain: object["evaluations_without_gain"]?.intValue ?? 0,
      trainedTokens: object["trained_tokens"]?.intValue ?? 0,
      logBytes: object["log_bytes"]?.intValue ?? 0,
      skippedUpdates: object["skipped_updates"]?.intValue ?? 0
    )
  }
}
