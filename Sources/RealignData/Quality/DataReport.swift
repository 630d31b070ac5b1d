import RealignText

/// What validation found.
public struct DataReport: Sendable, Equatable {
  /// The rows in the files, wrong ones included, blank lines not.
  public let rows: Int
  /// The kind of the rows.
  public let kind: DataKind
  /// Whether no hard rule is broken.
  public let valid: Bool
  /// What is wrong: rows that cannot be read first, then check by check.
  public let issues: [DataIssue]
  /// Figures by name; null for what could not be measured.
  public let metrics: JSONObject

  /// A report of the given parts.
  public init(
    rows: Int,
    kind: DataKind,
    valid: Bool,
    issues: [DataIssue],
    metrics: JSONObject
  ) {
    self.rows = rows
    self.kind = kind
    self.valid = valid
    self.issues = issues
    self.metrics = metrics
  }

  /// The report as `{"rows","kind","valid","issues":[…],"metrics":{…}}`.
  public func toJSON() -> JSONValue {
    [
      "rows": .integer(rows), "kind": .string(kind.rawValue), "valid": .bool(valid),
      "issues": .array(issues.map { $0.toJSON() }), "metrics": .object(metrics),
    ]
  }
}
