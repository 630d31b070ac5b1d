import Foundation

/// Whole files as bytes, decompressed if need be.
public enum InputFile {
  /// Data that grows by a greater factor when it is decompressed is refused; text grows by 3 to 20.
  static let maximumExpansion = 200
  /// Data is always decompressed up to so many bytes.
  private static let freeExpansionBytes = 1 << 26
  /// Memory is set aside for so many bytes at most, whatever size a file claims to have.
  private static let maximumReserved = 1 << 32

  /// The bytes of a file; those that begin as gzip does are decompressed.
  ///
  /// - Throws: `InputError`: `missingInput` when the file cannot be read, `badData` when its name
  ///   ends in `.gz` and it is not gzip, or the compressed data is damaged or made to fill memory.
  public static func bytes(_ path: String) throws -> [UInt8] {
    let bytes = try rawBytes(path)
    if bytes.starts(with: [0x1F, 0x8B]) {
      let limit = max(freeExpansionBytes, maximumExpansion * bytes.count)
      return try decompress(path, limit: limit)
    }
    guard !path.hasSuffix(".gz") else {
      throw InputError(
        .badData,
        "not a gzip file",
        file: path,
        expected: "the bytes 1f 8b at the start"
      )
    }
    return bytes
  }

  /// The text of a file, without its byte-order mark.
  ///
  /// - Throws: `InputError` as `bytes(_:)` does, and `badData` with the line of invalid UTF-8.
  public static func text(_ path: String) throws -> String {
    var bytes = try bytes(path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let bad = UTF8Check.firstInvalid(bytes, 0..<bytes.count) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let lineStart = (bytes[..<bad].lastIndex(of: 0x0A) ?? -1) + 1
    throw InputError(
      .badData,
      "invalid UTF-8",
      file: path,
      line: bytes[..<bad].count { $0 == 0x0A } + 1,
      column: bytes[lineStart..<bad].count { $0 & 0xC0 != 0x80 } + 1,
      found: "byte 0x" + String(bytes[bad], radix: 16),
      expected: "UTF-8 text"
    )
  }

  /// The bytes of a file that has no reason to be large, as they are.
  ///
  /// No more than `limit` bytes and one part are ever held, whatever the path leads to.
  ///
  /// - Throws: `InputError`: `missingInput` when the file cannot be read, `badData` when it is
  ///   larger.
  public static func bytes(_ path: String, atMost limit: Int) throws -> [UInt8] {
    try rawBytes(path, atMost: limit)
  }

  private static func rawBytes(_ path: String, atMost limit: Int = .max) throws -> [UInt8] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError(.missingInput, "no such file", file: path)
    }
    guard !isDirectory.boolValue else {
      throw InputError(.missingInput, "cannot read the file", file: path, found: "a directory")
    }
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      var bytes: [UInt8] = []
      // Parts are still in the cache when they are copied; files without a size grow as needed.
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
      bytes.reserveCapacity(min(size, maximumReserved, limit))
      while let part = try handle.read(upToCount: 1 << 18), !part.isEmpty {
        bytes.append(contentsOf: part)
        guard bytes.count <= limit else {
          throw InputError(
            .badData,
            "the file is too large for what it should be",
            file: path,
            found: "more than \(limit) bytes",
            expected: "at most \(limit) bytes"
          )
        }
      }
      return bytes
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError(
        .missingInput,
        "cannot read the file",
        file: path,
        found: (error as NSError).localizedDescription
      )
    }
  }

  private static func decompress(_ path: String, limit: Int) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", "--", path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    var data = Data()
    do {
      try process.run()
      while data.count <= limit,
        let part = try output.fileHandleForReading.read(upToCount: 1 << 20), !part.isEmpty
      {
        data.append(part)
      }
    } catch {
      throw InputError(
        .missingInput,
        "cannot run gzip to read the file",
        file: path,
        hint: "install gzip, or decompress the file yourself"
      )
    }
    guard data.count <= limit else {
      process.terminate()
      throw InputError(
        .badData,
        "the compressed data grows too large",
        file: path,
        found: "more than \(limit) bytes",
        expected: "at most \(maximumExpansion) times the size of the file",
        hint: "decompress the file yourself if it is what it should be"
      )
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      throw InputError(.io, "gzip was stopped while reading the file", file: path)
    }
    switch process.terminationStatus {
    case 0: return [UInt8](data)
    case 127:
      throw InputError(
        .missingInput,
        "gzip was not found",
        file: path,
        hint: "install gzip, or decompress the file yourself"
      )
    default:
      throw InputError(
        .badData,
        "the compressed data is damaged",
        file: path,
        expected: "a whole gzip file"
      )
    }
  }
}
