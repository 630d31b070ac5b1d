import Foundation
import RealignText

/// What went into a run and what came out: hashes of inputs, outputs and the program, seeds,
/// versions.
public struct Manifest: Sendable, Equatable {
  /// Files the run read.
  public var inputs: [FileRecord] = []
  /// Files the run wrote, relative to the run directory.
  public var outputs: [FileRecord] = []
  /// Named seeds.
  public var seeds: [(name: String, seed: UInt64)] = []
  /// Named versions, for example of the BLAS library.
  public var versions: [(name: String, version: String)] = []
  /// The digest of the configuration's values.
  public var configurationDigest = ""

  /// An empty manifest.
  public init() {}

  /// Equal when what is written is equal.
  public static func == (left: Manifest, right: Manifest) -> Bool { left.json == right.json }

  /// Adds input files; a folder adds each file in it.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `io`.
  public mutating func addInputs(_ paths: [String]) throws {
    for path in paths {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      if isFolder.boolValue {
        inputs += try FileRecord.list(folder: path).map {
          FileRecord(path: path + "/" + $0.path, bytes: $0.bytes, sha256: $0.sha256)
        }
      } else {
        inputs.append(try FileRecord(hashing: path))
      }
    }
  }

  /// Hashes everything in a run directory but the manifest, the lock and the log.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `io`.
  public mutating func addOutputs(of run: RunDirectory) throws {
    outputs = try FileRecord.list(
      folder: run.path,
      except: ["manifest.json", "run.lock", "run.log"]
    )
  }

  /// The manifest as JSON.
  public var json: JSONValue {
    [
      "format_version": 1,
      "program": [
        "name": .string(ProgramVersion.name), "version": .string(ProgramVersion.number),
        "sha256": Self.programDigest.map { JSONValue.string($0) } ?? .null,
      ],
      "host": [
        "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
        "cores": .integer(ProcessInfo.processInfo.processorCount),
        "memory_bytes": .integer(ProcessInfo.processInfo.physicalMemory),
      ],
      "configuration_sha256": .string(configurationDigest),
      "seeds": .object(
        JSONObject(pairs: seeds.map { (key: $0.name, value: JSONValue.string("\($0.seed)")) })
      ),
      "versions": .object(
        JSONObject(pairs: versions.map { (key: $0.name, value: JSONValue.string($0.version)) })
      ),
      "inputs": .array(inputs.map(\.json)),
      "outputs": .array(outputs.map(\.json)),
    ]
  }

  /// Writes `manifest.json`; call last.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func write(to run: RunDirectory) throws { try run.write(json, to: "manifest.json") }

  /// The digest of the running program; nil where it cannot be read.
  public static let programDigest: String? = Bundle.main.executablePath.flatMap {
    try? Digest.sha256(file: $0).digest
  }
}
