import Foundation
import RealignText

/// An exclusive lock on a run directory, held as long as the value lives.
///
/// The kernel drops the lock when the process ends, however it ends, so no lock is ever stale.
final class RunLock: Sendable {
  private let handle: FileHandle

  /// Locks `run.lock` in a directory.
  ///
  /// - Throws: `InputError` of kind `busy` naming the owner, or `cannotCreate`.
  init(directory: String) throws {
    let path = directory + "/run.lock"
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw InputError(.cannotCreate, "cannot create the lock file", file: path)
      }
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw InputError(.cannotCreate, "cannot open the lock file", file: path)
    }
    // A child process, for example a decompressor, must not keep the lock.
    _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      let owner = (try? handle.readToEnd()).flatMap { String(bytes: $0, encoding: .utf8) } ?? ""
      try? handle.close()
      throw InputError(
        .busy,
        "the run directory is in use",
        file: directory,
        found: owner.isEmpty ? nil : owner.replacing("\n", with: ""),
        hint: "wait for the other process or choose another --run-dir"
      )
    }
    let owner = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)\n"
    try? handle.truncate(atOffset: 0)
    try? handle.write(contentsOf: Data(owner.utf8))
    self.handle = handle
  }

  deinit { try? handle.close() }
}
