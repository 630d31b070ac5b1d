import Crypto
import Foundation
import RealignText

/// SHA-256 in lower-case hexadecimal.
public enum Digest {
  /// The digest of bytes.
  public static func sha256(_ data: Data) -> String { hexadecimal(SHA256.hash(data: data)) }

  /// The digest of a text's UTF-8.
  public static func sha256(_ text: String) -> String { sha256(Data(text.utf8)) }

  /// The digest of a file, read in blocks, and its size.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `io`.
  public static func sha256(file path: String) throws -> (digest: String, bytes: Int) {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw InputError(.missingInput, "cannot read the file", file: path)
    }
    defer { try? handle.close() }
    var hash = SHA256()
    var bytes = 0
    do {
      while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty {
        hash.update(data: block)
        bytes += block.count
      }
    } catch {
      throw InputError(.io, "reading the file failed", file: path)
    }
    return (hexadecimal(hash.finalize()), bytes)
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
    return hexadecimal(hash.finalize())
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }
}
