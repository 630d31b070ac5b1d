import RealignText

/// A row to be checked and where it stands.
public struct CheckedRow: Sendable {
  /// The line, from 1.
  public let line: Int
  /// The file; nil when there is only one.
  public let file: String?
  /// The row.
  public let record: DataRecord

  /// A row at a place.
  public init(line: Int, file: String? = nil, record: DataRecord) {
    self.line = line
    self.file = file
    self.record = record
  }

  /// The pair, if the row is one.
  public var preference: PreferenceRow? {
    if case .preference(let row) = record { row } else { nil }
  }
}

/// What the checks look at.
public struct CheckedData: Sendable {
  /// The kind of all rows.
  public let kind: DataKind
  /// The rows that could be read.
  public let rows: [CheckedRow]
  /// The rows to be evaluated on later, which the data must not contain; nil when none were given.
  public let evaluation: [EvaluationText]?
  /// The thresholds.
  public let options: DataValidationOptions

  /// Data of the given parts.
  public init(
    kind: DataKind,
    rows: [CheckedRow],
    evaluation: [EvaluationText]? = nil,
    options: DataValidationOptions = DataValidationOptions()
  ) {
    self.kind = kind
    self.rows = rows
    self.evaluation = evaluation
    self.options = options
  }
}

/// What a check found.
public struct CheckFindings: Sendable {
  /// What is wrong, in order.
  public private(set) var issues: [DataIssue] = []
  /// Figures by name.
  public var metrics = JSONObject()

  /// Nothing found yet.
  public init() {}

  /// Notes an issue about the whole data.
  public mutating func add(_ code: String, _ severity: DataIssue.Severity, _ message: String) {
    issues.append(DataIssue(code, severity, message))
  }

  /// Notes an issue about a row.
  public mutating func add(
    _ code: String,
    _ severity: DataIssue.Severity,
    _ message: String,
    at row: CheckedRow
  ) {
    issues.append(DataIssue(code, severity, message, line: row.line, file: row.file))
  }

  /// Notes a figure; a missing one is null.
  public mutating func measure(_ name: String, _ value: Double?) {
    metrics[name] = value.map(JSONValue.number) ?? .null
  }

  /// Notes a count.
  public mutating func measure(_ name: String, _ value: Int) {
    metrics[name] = .integer(value)
  }
}

/// One rule of data quality: a small value in a file of its own and a line in `DataChecks.all`.
public protocol DataCheck: Sendable {
  /// A name for the rule.
  var name: String { get }
  /// The kinds of rows it looks at.
  var kinds: [DataKind] { get }
  /// Looks at data of one of these kinds, which may have no rows.
  func run(on data: CheckedData) -> CheckFindings
}

/// All rules, in the order in which their issues are listed.
public enum DataChecks {
  /// The rules.
  public static let all: [any DataCheck] = [
    ScoreGapCheck(),
    DivergenceCheck(),
    DecontaminationCheck(),
    RowCountCheck(),
    LengthBiasCheck(),
    PairConsistencyCheck(),
    ClaimConsistencyCheck(),
    DuplicateCheck(),
    BalanceCheck(),
    PersonalDataCheck(),
    PoisoningCheck(),
  ]
}
