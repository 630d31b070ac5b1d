import Crypto
import Foundation
import RealignTraining

/// SHA-256 in lower-case hexadecimal.
public enum Digest {
  /// The digest of bytes.
  public static func sha256(_ data: Data) -> String { SHA256.hash(data: data).hexadecimal }

  /// The digest of a text's UTF-8.
  public static func sha256(_ text: String) -> String { sha256(Data(text.utf8)) }

  /// The digest of a file, read in blocks, and its size.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `io`.
  public static func sha256(file path: String) throws -> (digest: String, bytes: Int) {
    try FileDigest.sha256(path)
  }

  /// The digest of named parts; each part's length counts, so parts cannot run together.
  public static func sha256(parts: [(name: String, value: String)]) -> String {
    var hash = SHA256()
    for part in parts {
      for text in [part.name, part.value] {
        let bytes = Data(text.utf8)
        hash.update(data: Data("\(bytes.count):".utf8))
        hash.update(data: bytes)
      }
    }
    return hash.finalize().hexadecimal
  }
}
