import Foundation
import RealignText
import Synchronization

/// Where a command's data goes.
public protocol OutputSink: Sendable {
  /// One row or object of data, written as a line of JSON.
  func row(_ value: JSONValue) throws

  /// A line of data in readable form.
  func text(_ line: String) throws
}

/// Data on stdout.
public struct StandardOutput: OutputSink {
  /// The standard output.
  public init() {}

  /// Writes a line of JSON.
  ///
  /// - Throws: `InputError` of kind `io`, for example on a full disk.
  public func row(_ value: JSONValue) throws { try write(value.serialized()) }

  /// Writes a line with control characters escaped.
  ///
  /// - Throws: `InputError` of kind `io`.
  public func text(_ line: String) throws { try write(InputError.shown(line, limit: 1 << 20)) }

  private func write(_ line: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      throw InputError(
        .io,
        "cannot write to the standard output",
        hint: "is the disk full or the pipe closed?"
      )
    }
  }
}

/// Data kept in memory, for tests and for commands that build on others.
public final class CollectedOutput: OutputSink {
  private let storage = Mutex<(rows: [JSONValue], lines: [String])>(([], []))

  /// Nothing yet.
  public init() {}

  /// The rows so far.
  public var rows: [JSONValue] { storage.withLock { $0.rows } }

  /// The lines so far.
  public var lines: [String] { storage.withLock { $0.lines } }

  /// Keeps a row.
  public func row(_ value: JSONValue) { storage.withLock { $0.rows.append(value) } }

  /// Keeps a line.
  public func text(_ line: String) { storage.withLock { $0.lines.append(line) } }
}
