import Foundation

extension AtomicFile {
  /// Creates a file unless one of its name is there, and tells whether it did.
  ///
  /// Of several processes that try at the same time one succeeds, on NFS from version 3 on also of
  /// processes on several hosts (`O_EXCL`, open(2)).
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`; nothing is left behind.
  public static func create(_ text: String, at path: String) throws -> Bool {
    let file: Int32
    do {
      file = try open(path, flags: O_WRONLY | O_CREAT | O_EXCL, creating: path)
    } catch {
      var information = stat()
      if stat(path, &information) == 0 { return false }
      throw error
    }
    do {
      try writeAll(Array(text.utf8), to: file, path: path)
    } catch {
      _ = close(file)
      _ = unlink(path)
      throw error
    }
    _ = close(file)
    return true
  }
}
