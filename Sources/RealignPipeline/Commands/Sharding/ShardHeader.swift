import Foundation
import RealignText

/// The first line of a shard: whose part of what it is, and the digest of what follows.
struct ShardHeader: Sendable, Equatable {
  /// What all shards that belong together share.
  var work: ShardWork
  /// Which shard, from 1.
  var number: Int
  /// How many there are.
  var count: Int
  /// SHA-256 of everything after the first line.
  var contentDigest: String

  /// The format's name and version.
  static let format = "realign-shard-1"

  /// The rows of the whole input that the shard has.
  var rows: Range<Int> { work.blocks.rows(work.division(of: count)[number]) }

  /// The line, without its end.
  var json: JSONValue {
    [
      "format": .string(Self.format), "shard": .integer(number), "shards": .integer(count),
      "first_row": .integer(rows.lowerBound), "rows": .integer(rows.count),
      "content_sha256": .string(contentDigest), "work": work.json,
    ]
  }

  /// A header of known parts.
  init(work: ShardWork, number: Int, count: Int, contentDigest: String) {
    self.work = work
    self.number = number
    self.count = count
    self.contentDigest = contentDigest
  }

  /// Reads a header.
  ///
  /// - Throws: `InputError` of kind `badData` with the field that is wrong.
  init(line: [UInt8], file: String) throws {
    let reader = ShardHeaderReader(file: file)
    guard let json = try? JSONValue.parse(line), json["format"]?.stringValue == Self.format else {
      throw reader.notAShard
    }
    count = try reader.count(json["shards"], "shards", from: 1, to: ShardChoice.most)
    number = try reader.count(json["shard"], "shard", from: 1, to: count)
    contentDigest = try reader.text(json["content_sha256"], "content_sha256")
    work = try ShardWork(json: json["work"], reader: reader)
    if let counts = work.blockCounts, counts.count != count {
      throw reader.error("work.blocks", json["work"]?["blocks"], "blocks of \(count) shards")
    }
    let first = try reader.count(json["first_row"], "first_row")
    let size = try reader.count(json["rows"], "rows")
    guard first == rows.lowerBound, size == rows.count else {
      throw reader.error(
        "first_row",
        json["first_row"],
        "\(rows.count) rows from row \(rows.lowerBound) on"
      )
    }
  }

  /// Reads the header of a file, and no more of it.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` when it is no shard.
  init(path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw InputError(.missingInput, "there is no such shard", file: path)
    }
    defer { try? handle.close() }
    var bytes: [UInt8] = []
    while bytes.count < Self.mostBytes {
      guard let part = try? handle.read(upToCount: 1 << 16), !part.isEmpty else { break }
      bytes += part
      if let end = bytes.firstIndex(of: 0x0A) {
        try self.init(line: Array(bytes[..<end]), file: path)
        return
      }
    }
    throw ShardHeaderReader(file: path).notAShard
  }

  /// The longest first line; counts of blocks of very many shards take the most of it.
  private static let mostBytes = 1 << 22
}

/// Reads the fields of a header, or says which is wrong.
struct ShardHeaderReader {
  let file: String

  /// Numbers of rows beyond this are no numbers of rows.
  private static let mostRows = 1 << 40

  var notAShard: InputError {
    InputError(
      .badData,
      "not a shard",
      file: file,
      line: 1,
      expected: "a first line with \"format\":\"\(ShardHeader.format)\"",
      hint: "shards are what --shard writes"
    )
  }

  func error(_ field: String, _ found: JSONValue?, _ expected: String) -> InputError {
    InputError(
      .badData,
      "the header of the shard is damaged",
      file: file,
      line: 1,
      field: field,
      found: found?.serialized() ?? "nothing",
      expected: expected,
      hint: "compute this shard again"
    )
  }

  /// A value that may be null, where it is not.
  func unlessNull(_ value: JSONValue?) -> JSONValue? {
    guard let value, !value.isNull else { return Optional.none }
    return value
  }

  func text(_ value: JSONValue?, _ field: String) throws -> String {
    guard let text = value?.stringValue else { throw error(field, value, "a text") }
    return text
  }

  func count(
    _ value: JSONValue?,
    _ field: String,
    from least: Int = 0,
    to most: Int = mostRows
  ) throws -> Int {
    guard let count = value?.intValue, (least...most).contains(count) else {
      throw error(field, value, "a whole number from \(least) to \(most)")
    }
    return count
  }

  func list<Item>(
    _ value: JSONValue?,
    _ field: String,
    _ item: (JSONValue, String) throws -> Item
  ) throws -> [Item] {
    guard let items = value?.arrayValue, items.count <= ShardChoice.most else {
      throw error(field, value, "a list")
    }
    return try items.enumerated().map { try item($1, "\(field)[\($0)]") }
  }
}
