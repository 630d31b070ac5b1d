import Foundation
import RealignText

/// A file written piece by piece that appears whole or not at all.
enum StreamedFile {
  /// Lets `body` append to a temporary sibling, which takes the path's place at the end.
  ///
  /// After a failure the old content, if there was any, is unchanged and the temporary is gone.
  ///
  /// - Throws: What `body` throws; `InputError` of kind `cannotCreate` when the path cannot be
  ///   written to, `io` when writing fails, for example because the disk is full.
  static func write(
    to path: String,
    _ body: (_ append: (Data) throws -> Void) throws -> Void
  ) throws {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw InputError(
        .cannotCreate,
        "cannot write the file",
        file: path,
        found: "a directory of that name"
      )
    }
    let url = URL(fileURLWithPath: path)
    let name = ".\(url.lastPathComponent.prefix(80)).\(UUID().uuidString).partial"
    let temporary = url.deletingLastPathComponent().appendingPathComponent(name).path
    guard manager.createFile(atPath: temporary, contents: nil),
      let handle = FileHandle(forWritingAtPath: temporary)
    else {
      throw InputError(
        .cannotCreate,
        "cannot create the file",
        file: path,
        hint: "create its directory first, or choose one that can be written to"
      )
    }
    do {
      try body { data in try attempt(path) { try handle.write(contentsOf: data) } }
      try attempt(path) {
        try handle.synchronize()
        try handle.close()
      }
      guard rename(temporary, path) == 0 else {
        throw InputError(.cannotCreate, "cannot put the file in place", file: path)
      }
    } catch {
      try? handle.close()
      try? manager.removeItem(atPath: temporary)
      throw error
    }
  }

  private static func attempt(_ path: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
      throw InputError(
        .io,
        "cannot write the file: " + (error as NSError).localizedDescription,
        file: path,
        hint: isFull ? "free some disk space and run again" : nil
      )
    }
  }
}
