/// What is wrong with something the user supplied: where, what was found, what was expected.
///
/// Programmer mistakes are preconditions; everything a file, a flag or a disk can cause is an
/// `InputError`.
public struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The class of failure; each has the exit code that `sysexits.h` gives it.
  public enum Kind: Int32, Sendable, CaseIterable {
    /// The command line is wrong.
    case usage = 64
    /// A file was read and its content is wrong.
    case badData = 65
    /// A file or directory is not there or cannot be read.
    case missingInput = 66
    /// Another process holds the run directory.
    case busy = 69
    /// The program contradicts itself.
    case internalError = 70
    /// An output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed, for example because the disk is full.
    case io = 74
    /// A configuration file or value is wrong.
    case badConfiguration = 78

    /// The exit code of a process that ends with this error.
    public var exitCode: Int32 { rawValue }
  }

  /// The class of failure.
  public var kind: Kind
  /// What is wrong, as a phrase without a final full stop.
  public var message: String
  /// The file concerned.
  public var file: String?
  /// The line in that file, from 1.
  public var line: Int?
  /// The column in that line, from 1, counted in Unicode scalars.
  public var column: Int?
  /// The field, flag or key concerned.
  public var field: String?
  /// The offending value.
  public var found: String?
  /// What would have been right.
  public var expected: String?
  /// What the user can do about it.
  public var hint: String?

  /// An error with as much of its place and cause as is known.
  public init(
    _ kind: Kind,
    _ message: String,
    file: String? = nil,
    line: Int? = nil,
    column: Int? = nil,
    field: String? = nil,
    found: String? = nil,
    expected: String? = nil,
    hint: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.file = file
    self.line = line
    self.column = column
    self.field = field
    self.found = found
    self.expected = expected
    self.hint = hint
  }

  /// The exit code of a process that ends with this error.
  public var exitCode: Int32 { kind.exitCode }

  /// One line `file:line: message: field …: found …; expected …`, then the hint on its own line.
  public var description: String {
    var text = ""
    if let file {
      text += Self.shown(file, limit: 400)
      if let line { text += ":\(line)" }
      if line != nil, let column { text += ":\(column)" }
      text += ": "
    } else if let line {
      text += "line \(line)" + (column.map { ", column \($0)" } ?? "") + ": "
    }
    text += Self.shown(message, limit: 400)
    if let field { text += ": field `\(Self.shown(field, limit: 120))`" }
    var parts: [String] = []
    if let found { parts.append("found \(Self.shown(found, limit: 120))") }
    if let expected { parts.append("expected \(Self.shown(expected, limit: 240))") }
    if !parts.isEmpty { text += ": " + parts.joined(separator: "; ") }
    if let hint { text += "\nhint: " + Self.shown(hint, limit: 400) }
    return text
  }

  /// The text made safe for a terminal: control and direction-changing characters escaped, and
  /// shortened to about `limit` characters with the number of those left out.
  public static func shown(_ text: String, limit: Int) -> String {
    precondition(limit > 0, "limit \(limit) must be positive")
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit {
        let rest = text.unicodeScalars.count - limit
        return result + "… (\(rest) more)"
      }
      count += 1
      if isUnsafeOnTerminal(scalar) {
        result += escape(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// C0 and C1 controls, DEL, line separators, bidirectional controls and the byte-order mark.
  private static func isUnsafeOnTerminal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
      true
    default: false
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default: return "\\u{" + String(scalar.value, radix: 16) + "}"
    }
  }
}
