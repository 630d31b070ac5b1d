import Foundation

/// Files that appear whole or not at all.
public enum AtomicFile {
  /// Writes data to a path by way of a sibling temporary file, `fsync` and `rename`.
  ///
  /// After a failure the old content, if there was any, is unchanged and the temporary is gone.
  /// A device or pipe at the path is written to directly.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` when the path cannot be written to, `io` when
  ///   writing fails, for example because the disk is full.
  public static func write(_ data: Data, to path: String) throws {
    try write([UInt8](data), to: path)
  }

  /// Writes a text as UTF-8, as `write(_:to:)` does with data.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Writes bytes, as `write(_:to:)` does with data.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { append in try append(bytes) }
  }

  /// Writes what `body` appends piece by piece, as `write(_:to:)` does with data.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`, and what `body` throws.
  public static func write(
    to path: String,
    _ body: (_ append: ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw InputError(.cannotCreate, "not a file name", found: path)
    }
    switch try targetKind(path) {
    case .stream:
      let file = try open(path, flags: O_WRONLY, creating: path)
      defer { _ = close(file) }
      try body { bytes in try writeAll(bytes, to: file, path: path) }
    case .regularOrAbsent:
      try replace(path, body)
    }
  }

  private enum TargetKind { case regularOrAbsent, stream }

  private static func targetKind(_ path: String) throws -> TargetKind {
    var information = stat()
    guard stat(path, &information) == 0 else { return .regularOrAbsent }
    switch information.st_mode & S_IFMT {
    case S_IFREG: return .regularOrAbsent
    case S_IFDIR:
      throw InputError(
        .cannotCreate,
        "cannot write the file",
        file: path,
        found: "a directory of that name"
      )
    default: return .stream
    }
  }

  private static func replace(
    _ path: String,
    _ body: (_ append: ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    let directory = directory(of: path)
    let name = String(path.split(separator: "/").last ?? "file").prefix(80)
    // Process numbers are no names: hosts and containers that share a folder have the same ones.
    let serial = String(UInt64.random(in: .min ... .max), radix: 16)
    let temporary = directory + "/.\(name).\(serial).partial"
    let file = try open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, creating: path)
    do {
      try body { bytes in try writeAll(bytes, to: file, path: path) }
      guard fsync(file) == 0 else { throw writeError(errno, path: path) }
    } catch {
      _ = close(file)
      _ = unlink(temporary)
      throw error
    }
    // Close reports a failed delayed write on network file systems.
    guard close(file) == 0, rename(temporary, path) == 0 else {
      let code = errno
      _ = unlink(temporary)
      throw writeError(code, path: path)
    }
    synchronizeDirectory(directory)
  }

  static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func open(_ path: String, flags: Int32, creating target: String) throws -> Int32 {
    while true {
      let file = Foundation.open(path, flags | O_CLOEXEC, 0o666)
      if file >= 0 { return file }
      if errno == EINTR { continue }
      let code = errno
      let kind: InputError.Kind = isDeviceFailure(code) ? .io : .cannotCreate
      let hint =
        code == ENOENT ? "create the directory \(directory(of: target)) first" : nil
      throw InputError(
        kind,
        "cannot create the file: " + describe(code),
        file: target,
        hint: hint
      )
    }
  }

  static func writeAll(_ bytes: [UInt8], to file: Int32, path: String) throws {
    var written = 0
    while written < bytes.count {
      // The kernel takes at most 2 GiB at once.
      let stop = min(bytes.count, written + (1 << 30))
      let count =
        written == 0 && stop == bytes.count
        ? Foundation.write(file, bytes, bytes.count)
        : Foundation.write(file, Array(bytes[written..<stop]), stop - written)
      if count > 0 {
        written += count
      } else if count < 0, errno != EINTR {
        throw writeError(errno, path: path)
      } else if count == 0 {
        throw writeError(EIO, path: path)
      }
    }
  }

  /// Makes the rename durable; file systems that cannot sync a directory are left as they are.
  static func synchronizeDirectory(_ directory: String) {
    let handle = Foundation.open(directory, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else { return }
    _ = fsync(handle)
    _ = close(handle)
  }

  private static func writeError(_ code: Int32, path: String) -> InputError {
    let isFull = code == ENOSPC || code == EDQUOT
    return InputError(
      isDeviceFailure(code) ? .io : .cannotCreate,
      "cannot write the file: " + describe(code),
      file: path,
      hint: isFull ? "free some disk space and run again" : nil
    )
  }

  private static func isDeviceFailure(_ code: Int32) -> Bool {
    [ENOSPC, EDQUOT, EIO, EFBIG, EPIPE, ENXIO, EMFILE, ENFILE, ENOMEM, EBADF].contains(code)
  }

  static func describe(_ code: Int32) -> String { String(cString: strerror(code)) }
}
