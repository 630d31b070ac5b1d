import Foundation
import GRDB
import RealignText
import Synchronization

extension KnowledgeFile {
  /// Opens an existing file for reading.
  static func open(_ path: String) throws -> DatabaseQueue {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError(
        .missingInput,
        "no such knowledge base",
        file: path,
        hint: "make one with `realign knowledge build SOURCE… --output KB.sqlite`"
      )
    }
    guard !isDirectory.boolValue else {
      throw InputError(
        .badData,
        "not a knowledge base",
        file: path,
        found: "a folder",
        expected: "a file made by `realign knowledge build`"
      )
    }
    return try translatingErrors(path) {
      var configuration = Configuration()
      configuration.readonly = true
      return try DatabaseQueue(path: path, configuration: configuration)
    }
  }

  /// Reads the header after checking that the file is a knowledge base of this version.
  static func header(of database: DatabaseQueue, path: String) throws -> Header {
    try translatingErrors(path) {
      try database.read { database in
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        guard application == applicationID else {
          throw InputError(
            .badData,
            "not a knowledge base",
            file: path,
            found: "another SQLite database",
            expected: "a file made by `realign knowledge build`"
          )
        }
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found == version else {
          throw InputError(
            .badData,
            "the knowledge base has another version",
            file: path,
            found: "version \(found)",
            expected: "version \(version)",
            hint: "build it again from its documents"
          )
        }
        guard
          let row = try Row.fetchOne(
            database,
            sql: "SELECT document_count, passage_count, content_hash FROM header"
          )
        else { throw damaged(path, "it has no header") }
        return Header(
          documentCount: row[0],
          passageCount: row[1],
          contentHash: row[2],
          commonTerms: try commonTerms(database)
        )
      }
    }
  }

  /// Runs a body, turning the errors of SQLite into errors about the file.
  static func translatingErrors<Value>(
    _ path: String,
    creating: Bool = false,
    _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw inputError(error, path: path, creating: creating)
    }
  }

  /// The error for a knowledge base whose parts do not fit together.
  static func damaged(_ path: String, _ what: String) -> InputError {
    InputError(
      .badData,
      "the knowledge base is damaged",
      file: path,
      found: what,
      hint: "build it again from its documents"
    )
  }

  private static func inputError(
    _ error: DatabaseError,
    path: String,
    creating: Bool
  ) -> InputError {
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_NOTADB:
      return InputError(
        .badData,
        "not a knowledge base",
        file: path,
        found: reason,
        expected: "a file made by `realign knowledge build`"
      )
    case .SQLITE_FULL:
      return InputError(
        .io,
        "cannot write the knowledge base: the disk is full",
        file: path,
        hint: "free some disk space and run again"
      )
    case .SQLITE_IOERR, .SQLITE_NOMEM:
      return InputError(
        .io,
        "reading or writing the knowledge base failed",
        file: path,
        found: reason
      )
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      return InputError(
        creating ? .cannotCreate : .missingInput,
        creating ? "cannot create the knowledge base" : "cannot read the knowledge base",
        file: path,
        found: reason
      )
    default:
      return creating
        ? InputError(.internalError, "SQLite refused a statement", file: path, found: reason)
        : damaged(path, reason)
    }
  }

  /// Creates an empty file beside the one wanted.
  static func reserveTemporary(for path: String) throws -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let name = parts.popLast() ?? ""
    guard !name.isEmpty else {
      throw InputError(.cannotCreate, "not a file name", file: path)
    }
    let serial = serialNumber.add(1, ordering: .relaxed).newValue
    parts.append(".\(name).\(getpid()).\(serial).partial")
    let temporary = parts.joined(separator: "/")
    guard FileManager.default.createFile(atPath: temporary, contents: nil) else {
      throw InputError(
        .cannotCreate,
        "cannot create the knowledge base",
        file: path,
        hint: "check that the folder exists and can be written to"
      )
    }
    return temporary
  }

  private static let serialNumber = Atomic<Int>(0)

  /// Makes the content durable, then renames.
  static func moveIntoPlace(_ temporary: String, _ path: String) throws {
    do {
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
      try file.synchronize()
      try file.close()
    } catch {
      throw InputError(
        .io,
        "writing the knowledge base failed",
        file: path,
        found: (error as NSError).localizedDescription
      )
    }
    guard rename(temporary, path) == 0 else {
      throw InputError(
        .cannotCreate,
        "cannot replace the file",
        file: path,
        found: String(cString: strerror(errno))
      )
    }
  }
}
