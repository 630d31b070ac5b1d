import RealignData
import RealignText

/// `realign validate`: data quality.
public enum ValidateCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// JSON Lines files that together are one data set.
    public var files: [String]
    /// Kind of the rows; nil tells it from the first row.
    public var kind: String?
    /// Files of evaluation data that the data must not contain.
    public var against: [String]
    /// The fewest pairs; nil takes the rule's default.
    public var minimumPairs: Int?
    /// Whether pairs without scores break a rule.
    public var requiresScores: Bool

    /// The options of one call.
    public init(
      files: [String],
      kind: String? = nil,
      against: [String] = [],
      minimumPairs: Int? = nil,
      requiresScores: Bool = false
    ) {
      self.files = files
      self.kind = kind
      self.against = against
      self.minimumPairs = minimumPairs
      self.requiresScores = requiresScores
    }
  }

  /// Checks the data: a summary for people, or with `--json` the whole report as one object.
  ///
  /// - Throws: `InputError` for files that cannot be read or rows of no known kind.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    var rules = DataValidationOptions()
    if let pairs = options.minimumPairs { rules.minimumPairs = pairs }
    rules.requiresScores = options.requiresScores
    let report = try DataValidation(options: rules).run(
      files: options.files,
      kind: options.kind.map(kind),
      against: options.against
    )
    if context.isJSON {
      try context.output.row(report.toJSON())
    } else {
      describe(report, context.progress)
    }
    return report.valid ? .passed : .notPassed
  }

  private static func kind(_ name: String) throws -> DataKind {
    guard let kind = DataKind(rawValue: name) else {
      throw InputError(
        .usage,
        "unknown kind of rows",
        field: "--kind",
        found: name,
        expected: DataKind.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    return kind
  }

  private static func describe(_ report: DataReport, _ progress: any ProgressReporter) {
    for issue in report.issues {
      let place = [issue.file, issue.line.map { "line \($0)" }].compactMap { $0 }
      let prefix = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
      progress.note("\(issue.severity.rawValue): \(prefix)\(issue.code): \(issue.message)")
    }
    for (name, value) in report.metrics.pairs {
      progress.note("\(name): \(value.serialized())")
    }
    progress.note(
      "\(report.rows) rows of kind \(report.kind.rawValue): "
        + (report.valid ? "valid" : "not valid")
    )
  }
}
