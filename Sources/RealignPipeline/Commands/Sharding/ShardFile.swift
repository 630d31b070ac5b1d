import Foundation
import RealignText

/// A shard on disk: a header and one line for each row.
enum ShardFile {
  /// Writes a shard; it appears whole or not at all.
  ///
  /// - Parameter content: Lines, each with its end.
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  static func write(
    _ content: [UInt8],
    of work: ShardWork,
    number: Int,
    count: Int,
    to path: String
  ) throws {
    let header = ShardHeader(
      work: work,
      number: number,
      count: count,
      contentDigest: Digest.sha256(Data(content))
    )
    try AtomicFile.write(to: path) { append in
      try append(header.json.serializedBytes() + [0x0A])
      try append(content)
    }
  }

  /// Reads a shard and checks that nothing of it is missing or changed.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` saying what is wrong.
  static func read(_ path: String) throws -> (header: ShardHeader, records: [JSONObject]) {
    let bytes = try InputFile.bytes(path)
    guard let end = bytes.firstIndex(of: 0x0A) else {
      throw ShardHeaderReader(file: path).notAShard
    }
    let header = try ShardHeader(line: Array(bytes[..<end]), file: path)
    let content = Array(bytes[(end + 1)...])
    let digest = Digest.sha256(Data(content))
    guard digest == header.contentDigest else {
      throw InputError(
        .badData,
        "the shard is damaged or cut off",
        file: path,
        found: "content of digest \(digest)",
        expected: header.contentDigest,
        hint: "compute it again: --shard \(header.number)/\(header.count)"
      )
    }
    let records = try JSONLines.parse(content, file: path).map(\.value)
    guard records.count == header.rows.count else {
      throw InputError(
        .badData,
        "the shard has another number of rows than its header says",
        file: path,
        found: "\(records.count)",
        expected: "\(header.rows.count)"
      )
    }
    return (header, records)
  }

  /// Whether a shard is there that this work would write; its content is not looked at.
  ///
  /// - Returns: nil when it is, else why not.
  static func reasonToCompute(
    _ work: ShardWork,
    number: Int,
    count: Int,
    path: String
  ) -> ReasonToCompute? {
    guard FileManager.default.fileExists(atPath: path) else { return .absent }
    do {
      let header = try ShardHeader(path: path)
      guard header.number == number, header.count == count else {
        return .damaged("it says that it is shard \(header.number) of \(header.count)")
      }
      return header.work.difference(from: work).map { .foreign($0) }
    } catch {
      return .damaged("\(error)")
    }
  }

  /// Why a shard has to be computed.
  enum ReasonToCompute: Equatable {
    /// There is none.
    case absent
    /// It is of other work.
    case foreign(ShardWork.Difference)
    /// It cannot be read.
    case damaged(String)
  }
}
