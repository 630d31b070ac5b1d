import Foundation
import RealignText
import Synchronization

/// Where a command's data goes.
public protocol OutputSink: Sendable {
  /// One row or object of data, written as a line of JSON.
  func row(_ value: JSONValue) throws

  /// A line of data in readable form.
  func text(_ line: String) throws

  /// Part of a text that is still being made, line breaks and tabs as they are.
  func piece(_ text: String) throws
}

/// Data that nobody asked for.
struct DiscardedOutput: OutputSink {
  func row(_ value: JSONValue) {}
  func text(_ line: String) {}
  func piece(_ text: String) {}
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

  /// Writes text at once, control characters other than line breaks and tabs escaped.
  ///
  /// - Throws: `InputError` of kind `io`.
  public func piece(_ text: String) throws { try write(Self.safe(text), terminator: "") }

  /// The text of a piece as a terminal may see it.
  static func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      result +=
        scalar == "\n" || scalar == "\t"
        ? String(scalar) : InputError.shown(String(scalar), limit: 1)
    }
    return result
  }

  private func write(_ line: String, terminator: String = "\n") throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((line + terminator).utf8))
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
  private let storage = Mutex<(rows: [JSONValue], lines: [String], pieces: [String])>(
    ([], [], [])
  )

  /// Nothing yet.
  public init() {}

  /// The rows so far.
  public var rows: [JSONValue] { storage.withLock { $0.rows } }

  /// The lines so far.
  public var lines: [String] { storage.withLock { $0.lines } }

  /// The pieces so far.
  public var pieces: [String] { storage.withLock { $0.pieces } }

  /// Keeps a row.
  public func row(_ value: JSONValue) { storage.withLock { $0.rows.append(value) } }

  /// Keeps a line.
  public func text(_ line: String) { storage.withLock { $0.lines.append(line) } }

  /// Keeps a piece.
  public func piece(_ text: String) { storage.withLock { $0.pieces.append(text) } }
}
