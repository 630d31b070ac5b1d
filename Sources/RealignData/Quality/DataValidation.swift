import RealignText

/// Checks data files against the rules of `DataChecks.all`.
public struct DataValidation: Sendable {
  /// The thresholds.
  public let options: DataValidationOptions

  /// A validation with the given thresholds.
  public init(options: DataValidationOptions = DataValidationOptions()) { self.options = options }

  /// Checks files that together are one data set.
  ///
  /// Rows that cannot be read become issues with the code `SCHEMA`; the checks see the others.
  ///
  /// - Parameters:
  ///   - files: JSON Lines files.
  ///   - kind: The kind of their rows; nil to tell it from the first row.
  ///   - against: Files of evaluation data, of any kind, that the data must not contain.
  /// - Throws: `InputError`: `missingInput` when a file cannot be read, `badData` when the kind
  ///   cannot be told or a file of `against` is wrong.
  public func run(
    files: [String],
    kind: DataKind? = nil,
    against: [String] = []
  ) throws -> DataReport {
    var issues: [DataIssue] = []
    var rows: [CheckedRow] = []
    var rowCount = 0
    var kind = kind
    for path in files {
      let file = files.count > 1 ? path : nil
      let content = try JSONLines.readSkippingBadRows(path)
      rowCount += content.rows.count + content.errors.count
      var errors = content.errors
      for line in content.rows {
        guard let rowKind = kind ?? DataKind(detecting: line.value) else {
          throw Self.unknownKind(line, path)
        }
        kind = rowKind
        do {
          let record = try DataRecord(
            line.value,
            kind: rowKind,
            at: RowPlace(file: path, line: line.line)
          )
          rows.append(CheckedRow(line: line.line, file: file, record: record))
        } catch let error as InputError {
          errors.append(error)
        }
      }
      errors.sort { ($0.line ?? 0) < ($1.line ?? 0) }
      issues += errors.map { Self.schemaIssue($0, file: file) }
    }
    let evaluation = try against.isEmpty ? nil : against.flatMap(EvaluationText.read)
    // Without a row there is no kind to tell; the strictest rules then say what is missing.
    let data = CheckedData(
      kind: kind ?? .preference,
      rows: rows,
      evaluation: evaluation,
      options: options
    )
    return report(data, rowCount: rowCount, schemaIssues: issues)
  }

  /// Checks rows in memory.
  public func run(on data: CheckedData) -> DataReport {
    report(data, rowCount: data.rows.count, schemaIssues: [])
  }

  /// Checks rows in memory as it would a file that has one on each line.
  public func run(rows: [JSONObject], kind: DataKind) throws -> DataReport {
    var issues: [DataIssue] = []
    var checked: [CheckedRow] = []
    for (index, row) in rows.enumerated() {
      let line = index + 1
      do {
        let record = try DataRecord(row, kind: kind, at: RowPlace(line: line))
        checked.append(CheckedRow(line: line, record: record))
      } catch let error as InputError {
        issues.append(Self.schemaIssue(error, file: nil))
      }
    }
    let data = CheckedData(kind: kind, rows: checked, options: options)
    return report(data, rowCount: rows.count, schemaIssues: issues)
  }

  private static func schemaIssue(_ error: InputError, file: String?) -> DataIssue {
    var plain = error
    (plain.file, plain.line) = (nil, nil)
    return DataIssue("SCHEMA", .error, plain.description, line: error.line, file: file)
  }

  private func report(
    _ data: CheckedData,
    rowCount: Int,
    schemaIssues: [DataIssue]
  ) -> DataReport {
    var issues = schemaIssues
    var metrics = JSONObject()
    metrics["valid_rows"] = .integer(data.rows.count)
    if data.rows.isEmpty { issues.append(DataIssue("NO_ROWS", .error, "there is no valid row")) }
    for check in DataChecks.all where check.kinds.contains(data.kind) {
      let findings = check.run(on: data)
      issues += findings.issues
      for (name, value) in findings.metrics.pairs { metrics[name] = value }
    }
    let valid = issues.allSatisfy { $0.severity != .error }
    return DataReport(
      rows: rowCount,
      kind: data.kind,
      valid: valid,
      issues: Self.shortened(issues, limit: data.options.maximumIssuesPerCode),
      metrics: metrics
    )
  }

  /// Lists at most `limit` issues of a code, and says how many more there are.
  private static func shortened(_ issues: [DataIssue], limit: Int) -> [DataIssue] {
    var counts: [String: Int] = [:]
    for issue in issues { counts[issue.code, default: 0] += 1 }
    var listed: [String: Int] = [:]
    return issues.compactMap { issue in
      let position = listed[issue.code, default: 0] + 1
      listed[issue.code] = position
      if position <= limit { return issue }
      guard position == limit + 1, let count = counts[issue.code] else { return nil }
      return DataIssue(issue.code, issue.severity, "\(count - limit) more issues of this kind")
    }
  }

  private static func unknownKind(_ line: JSONLine, _ path: String) -> InputError {
    InputError(
      .badData,
      "cannot tell what kind of rows these are",
      file: path,
      line: line.line,
      found: line.value.isEmpty
        ? "no fields" : "the fields " + line.value.keys.joined(separator: ", "),
      expected: "preference, sft, claims or questions",
      hint: "say it with --kind"
    )
  }
}
