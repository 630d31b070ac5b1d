import Foundation

/// A new, empty folder that is removed with its owner.
///
/// Give it a name: `let folder = try TemporaryFolder()` lives to the end of its scope, since Swift
/// moves no `deinit` before a call that could notice it. The folder of a bare
/// `try TemporaryFolder().path` is gone before the path can be used.
public final class TemporaryFolder: Sendable {
  /// Where it lies.
  public let path: String

  /// Makes a folder of its own among the system's temporary files.
  public init() throws {
    path = NSTemporaryDirectory() + "realign-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Names of what lies directly in it, hidden files too, sorted.
  public var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// Writes a text to `name`, which may name folders on its way, and returns the file's path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Writes bytes to `name`, which may name folders on its way, and returns the file's path.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try Data(bytes).write(to: file)
    return path + "/" + name
  }
}
