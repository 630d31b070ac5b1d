import RealignText

/// Something wrong with a data file.
public struct DataIssue: Sendable, Equatable {
  /// How much it matters.
  public enum Severity: String, Sendable, CaseIterable {
    /// A hard rule is broken: the data is not valid.
    case error
    /// It should be looked at.
    case warning
    /// It is good to know.
    case info
  }

  /// A name for the kind of issue, such as `INSUFFICIENT_GAP`.
  public let code: String
  /// How much it matters.
  public let severity: Severity
  /// What is wrong, with the figures.
  public let message: String
  /// The line concerned, from 1; nil when it is about the whole file.
  public let line: Int?
  /// The file concerned; nil when it is about all.
  public let file: String?

  /// An issue of the given parts.
  public init(
    _ code: String,
    _ severity: Severity,
    _ message: String,
    line: Int? = nil,
    file: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.line = line
    self.file = file
  }

  /// The issue as `{"code","severity","line"?,"file"?,"message"}`.
  public func toJSON() -> JSONValue {
    var object: JSONObject = ["code": .string(code), "severity": .string(severity.rawValue)]
    object["line"] = line.map { .integer($0) }
    object["file"] = file.map(JSONValue.string)
    object["message"] = .string(message)
    return .object(object)
  }
}
