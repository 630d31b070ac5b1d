import RealignNumerics
import RealignText
import Synchronization

/// Reads the rows of a JSON Lines file on all threads.
///
/// Blocks of lines are read side by side and joined in order, so rows and the error that is thrown
/// are those of reading line by line: the first line that is not a JSON object, otherwise the first
/// row that is wrong or has the id of an earlier one.
struct RowReader<Row: DataRow> {
  let file: String
  /// Bytes of a block: enough to be worth a thread's while, few enough to keep all busy.
  var blockSize = 1 << 19

  /// What a block of lines holds.
  private struct Part: Sendable {
    var rows: [LocatedRow<Row>] = []
    /// The first line that is not a JSON object; nothing after it is read.
    var lineError: (any Error)?
    /// The first row that is wrong; lines after it are only parsed.
    var rowError: (any Error)?
  }

  /// All rows.
  ///
  /// - Throws: `InputError` as `DataRow.readLocated(_:)` does.
  func rows() throws -> [LocatedRow<Row>] {
    let bytes = try InputFile.bytes(file)
    let blocks = JSONLines.blocks(bytes, size: blockSize)
    let parts = Mutex([Part](repeating: Part(), count: blocks.count))
    Parallel.run(blocks.count) { index in
      let part = read(bytes, blocks[index])
      parts.withLock { $0[index] = part }
    }
    return try joined(parts.withLock { $0 })
  }

  private func read(_ bytes: [UInt8], _ block: JSONLines.Block) -> Part {
    var part = Part()
    // Bytes and name of its own, as threads that count references to one slow each other down.
    let bytes = Array(bytes[block.range])
    let block = JSONLines.Block(range: bytes.indices, firstLine: block.firstLine)
    let file = String(decoding: Array(file.utf8), as: UTF8.self)
    do {
      try JSONLines.forEach(bytes, block, file: file) { line, parse in
        let object = try parse()
        guard part.rowError == nil else { return }
        do {
          let row = try Row(object, at: RowPlace(file: file, line: line))
          part.rows.append(LocatedRow(line: line, row: row))
        } catch {
          part.rowError = error
        }
      }
    } catch {
      part.lineError = error
    }
    return part
  }

  private func joined(_ parts: [Part]) throws -> [LocatedRow<Row>] {
    for part in parts { if let error = part.lineError { throw error } }
    var rows: [LocatedRow<Row>] = []
    rows.reserveCapacity(parts.reduce(0) { $0 + $1.rows.count })
    var lineOfID: [String: Int] = [:]
    for part in parts {
      for row in part.rows {
        if let id = row.row.uniqueID, let other = lineOfID.updateValue(row.line, forKey: id) {
          throw InputError(
            .badData,
            "an id occurs twice",
            file: file,
            line: row.line,
            field: "id",
            found: id,
            expected: "unique ids",
            hint: "it is also in line \(other)"
          )
        }
        rows.append(row)
      }
      if let error = part.rowError { throw error }
    }
    return rows
  }
}
