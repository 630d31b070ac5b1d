import Crypto
import Foundation
import RealignText

/// SHA-256 of whole files, read in blocks, so that a file of any size takes little memory.
public enum FileDigest {
  /// The digest of a file in lower-case hexadecimal, and its size in bytes.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `io`.
  public static func sha256(_ path: String) throws -> (digest: String, bytes: Int) {
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
    return (hash.finalize().hexadecimal, bytes)
  }
}

extension Sequence<UInt8> {
  /// Two lower-case digits for each byte.
  public var hexadecimal: String {
    reduce(into: "") { text, byte in
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
