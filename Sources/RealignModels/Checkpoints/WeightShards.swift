import Foundation
import RealignText

/// The weight files of a model directory: one, or the shards that an index names.
struct WeightShards {
  static let indexName = "model.safetensors.index.json"

  /// The files, opened and checked, in the order of their names.
  let files: [SafeTensorsFile]

  /// Opens the files of a directory.
  ///
  /// - Parameters:
  ///   - directory: Of the model.
  ///   - isSkipped: Names of tensors that are no parameters and may be of any type.
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for a malformed file or an
  ///   index that disagrees with its shards.
  init(directory: String, skipping isSkipped: (String) -> Bool = { _ in false }) throws {
    let single = directory + "/" + ModelDirectory.weightsName
    if FileManager.default.fileExists(atPath: single) {
      files = [try SafeTensorsFile(path: single, skipping: isSkipped)]
      return
    }
    let index = try Index(directory: directory)
    files = try index.shards.map { shard in
      try SafeTensorsFile(
        path: try Self.path(of: shard, in: directory, index: index),
        skipping: isSkipped
      )
    }
    try index.check(files, skipping: isSkipped)
  }

  /// The map from tensors to shards.
  private struct Index {
    let path: String
    /// Tensors and their shards, in the order of the file.
    let tensors: [(name: String, shard: String)]
    /// Each shard once, sorted.
    let shards: [String]

    init(directory: String) throws {
      path = directory + "/" + WeightShards.indexName
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw InputError(
          .missingInput,
          "no weights found",
          file: directory,
          expected: "\(ModelDirectory.weightsName) or \(WeightShards.indexName)"
        )
      }
      let json = try JSONValue.parse([UInt8](bytes), file: path)
      for key in ["metadata", "weight_map"] where json[key]?.objectValue == nil {
        throw InputError(
          .badData,
          "the index is incomplete",
          file: path,
          field: key,
          found: json[key]?.kindName ?? "nothing",
          expected: "an object"
        )
      }
      let path = path
      tensors = try (json["weight_map"]?.objectValue?.pairs ?? []).map { name, value in
        guard let shard = value.stringValue, Self.isPlainName(shard) else {
          throw InputError(
            .badData,
            "bad shard name",
            file: path,
            field: name,
            found: value.serialized(),
            expected: "a .safetensors file name without a path"
          )
        }
        return (name, shard)
      }
      shards = Set(tensors.map(\.shard)).sorted()
    }

    /// One component of a path, visible, that ends in `.safetensors`.
    private static func isPlainName(_ name: String) -> Bool {
      name.hasSuffix(".safetensors") && !name.hasPrefix(".") && name.utf8.count <= 255
        && !name.unicodeScalars.contains {
          $0 == "/" || $0 == "\\" || $0.properties.generalCategory == .control
        }
    }

    /// Every tensor lies in the shard that the map names, and in no other; none is left out.
    func check(_ files: [SafeTensorsFile], skipping isSkipped: (String) -> Bool) throws {
      var places: [String: String] = [:]
      for (shard, file) in zip(shards, files) {
        for entry in file.entries {
          if let other = places[entry.name] {
            throw InputError(
              .badData,
              "a tensor lies in two shards",
              file: path,
              field: entry.name,
              found: "\(other) and \(shard)"
            )
          }
          places[entry.name] = shard
        }
      }
      for (name, shard) in tensors where !isSkipped(name) {
        guard let found = places.removeValue(forKey: name), found == shard else {
          throw InputError(
            .badData,
            "a shard lacks a tensor of the index",
            file: path,
            field: name,
            expected: "in \(shard)"
          )
        }
      }
      if let (name, shard) = places.min(by: { $0.key < $1.key }) {
        throw InputError(
          .badData,
          "a shard holds a tensor that the index does not name",
          file: path,
          field: name,
          found: "in \(shard)"
        )
      }
    }
  }

  /// The path of a shard that lies in the directory, or is a link into the blobs of the Hugging
  /// Face cache when the directory is a snapshot of that.
  private static func path(of shard: String, in directory: String, index: Index) throws -> String {
    let path = directory + "/" + shard
    guard let resolved = realPath(path) else {
      throw InputError(
        .missingInput,
        "a shard of the index is missing",
        file: path,
        field: index.tensors.first { $0.shard == shard }?.name,
        hint: "fetch the model again; \(index.shards.count) shards belong to it"
      )
    }
    guard let home = realPath(directory), allowedFolders(home).contains(parent(of: resolved))
    else {
      throw InputError(
        .badData,
        "a shard lies outside the model's directory",
        file: path,
        found: resolved,
        hint: "replace the link by the file itself"
      )
    }
    return resolved
  }

  /// The directory itself; for `…/models--org--name/snapshots/commit` also the folders of blobs
  /// beside the snapshots and, as newer versions of the Hub's library share them, of the cache.
  static func allowedFolders(_ directory: String) -> [String] {
    let snapshots = parent(of: directory)
    let repository = parent(of: snapshots)
    guard snapshots.hasSuffix("/snapshots"),
      repository.split(separator: "/").last?.hasPrefix("models--") == true
    else { return [directory] }
    return [directory, repository + "/blobs", parent(of: repository) + "/blobs"]
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }

  /// The path without links, or nil when nothing is there or the links go in circles.
  private static func realPath(_ path: String) -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}
