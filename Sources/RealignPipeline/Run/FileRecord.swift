import Foundation
import RealignText

/// A file's name, size and digest.
public struct FileRecord: Sendable, Equatable {
  /// The path as given, or relative to the folder it was listed in.
  public var path: String
  /// Size in bytes.
  public var bytes: Int
  /// SHA-256 in hexadecimal.
  public var sha256: String

  /// A record of known content.
  public init(path: String, bytes: Int, sha256: String) {
    self.path = path
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// Hashes a file.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `io`.
  public init(hashing file: String, as path: String? = nil) throws {
    let (digest, bytes) = try Digest.sha256(file: file)
    self.init(path: path ?? file, bytes: bytes, sha256: digest)
  }

  /// Hashes all regular files under a folder, sorted by path; hidden files are left out.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `io`.
  public static func list(folder: String, except: Set<String> = []) throws -> [FileRecord] {
    guard let names = FileManager.default.enumerator(atPath: folder) else {
      throw InputError(.missingInput, "cannot list the folder", file: folder)
    }
    var paths: [String] = []
    while let name = names.nextObject() as? String {
      let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
      if isHidden || except.contains(name) { continue }
      var isFolder: ObjCBool = false
      let whole = folder + "/" + name
      if FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder),
        !isFolder.boolValue
      {
        paths.append(name)
      }
    }
    return try paths.sorted().map { try FileRecord(hashing: folder + "/" + $0, as: $0) }
  }

  /// The record as JSON.
  public var json: JSONValue {
    ["path": .string(path), "bytes": .integer(bytes), "sha256": .string(sha256)]
  }

  /// Reads a record; nil when a field is missing.
  public init?(json: JSONValue) {
    guard let path = json["path"]?.stringValue, let bytes = json["bytes"]?.intValue,
      let digest = json["sha256"]?.stringValue
    else { return nil }
    self.init(path: path, bytes: bytes, sha256: digest)
  }
}
