import RealignData
import RealignTestSupport
import RealignText
import Testing

/// Checked data of pairs in memory.
func pairs(
  _ rows: [PreferenceRow],
  against: [EvaluationText]? = nil,
  _ change: (inout DataValidationOptions) -> Void = { _ in }
) -> CheckedData {
  var options = DataValidationOptions()
  options.minimumPairs = 0
  options.recommendedPairs = 0
  change(&options)
  return CheckedData(
    kind: .preference,
    rows: rows.enumerated().map { CheckedRow(line: $0 + 1, record: .preference($1)) },
    evaluation: against,
    options: options
  )
}

/// A pair whose words differ from those of other numbers.
func pair(
  _ number: Int,
  chosen: String? = nil,
  rejected: String? = nil,
  scores: (Double, Double)? = (1, 0)
) -> PreferenceRow {
  PreferenceRow(
    prompt: .text("question \(number)"),
    chosen: .text(chosen ?? "right \(number)"),
    rejected: .text(rejected ?? "wrongly \(number)"),
    chosenScore: scores?.0,
    rejectedScore: scores?.1
  )
}

/// The codes of a report, in order.
func codes(_ data: CheckedData) -> [String] {
  DataValidation(options: data.options).run(on: data).issues.map(\.code)
}

@Suite struct DataValidationTests {
  @Test func `good pairs are valid`() {
    let data = pairs((0..<5).map { pair($0) })
    let report = DataValidation(options: data.options).run(on: data)
    #expect(report.issues.isEmpty)
    #expect(report.valid)
    #expect(report.metrics["preference_gap"] == 1)
    #expect(report.metrics["positive_gap_share"] == 1)
    #expect(report.metrics["pair_count"] == 5)
    #expect(report.metrics["kl_divergence"] == .some(.null))
  }

  @Test func `every check has a name of its own`() {
    let names = DataChecks.all.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(DataChecks.all.allSatisfy { !$0.kinds.isEmpty })
  }

  @Test func `every check accepts data without rows`() {
    for kind in DataKind.allCases {
      let report = DataValidation().run(on: CheckedData(kind: kind, rows: []))
      #expect(!report.valid)
      #expect(report.issues.map(\.code).first == "NO_ROWS")
    }
  }

  @Test func `rows that cannot be read are issues with their lines`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      {"prompt":"p","chosen":"a","rejected":"b","chosen_score":1,"rejected_score":0}
      {"prompt":"p","chosen":"a"}

      not json
      {"prompt":"q","chosen":"c","rejected":"dd","chosen_score":1,"rejected_score":0}
      """,
      to: "p.jsonl"
    )
    let report = try DataValidation().run(files: [path])
    #expect((report.rows, report.kind, report.valid) == (4, .preference, false))
    let schema = report.issues.filter { $0.code == "SCHEMA" }
    #expect(schema.map(\.line) == [2, 4])
    #expect(schema[0].message.hasPrefix("a field is missing: field `rejected`"))
    #expect(schema[0].file == nil)
    #expect(report.metrics["valid_rows"] == 2)
    let codes = report.issues.map(\.code)
    #expect(codes.contains("INSUFFICIENT_PAIRS"))
  }

  @Test func `rows in memory are checked like a file of them`() throws {
    let folder = try TemporaryFolder()
    let rows: [JSONObject] = [
      ["prompt": "p", "chosen": "a", "rejected": "b", "chosen_score": 1, "rejected_score": 0],
      ["prompt": "p", "chosen": "a"], ["prompt": "p", "chosen": 7, "rejected": "b"],
      ["prompt": "p", "chosen": "a", "rejected": "b", "chosen_score": 1, "rejected_score": 0],
    ]
    let path = folder.path + "/rows.jsonl"
    try JSONLines.write(rows.map { .object($0) }, to: path)
    let inMemory = try DataValidation().run(rows: rows, kind: .preference)
    let file = try DataValidation().run(files: [path], kind: .preference)
    #expect(inMemory.toJSON() == file.toJSON())
    #expect(inMemory.issues.filter { $0.code == "SCHEMA" }.map(\.line) == [2, 3])
  }

  @Test func `several files are one data set and issues name theirs`() throws {
    let folder = try TemporaryFolder()
    let line = "{\"claim\":\"c\",\"source\":\"s\",\"factual\":true,\"citation\":\"[1]\"}\n"
    let files = try ["1.jsonl", "2.jsonl"].map { try folder.write(line, to: $0) }
    let report = try DataValidation().run(files: files)
    #expect((report.rows, report.kind) == (2, .claims))
    let duplicate = try #require(report.issues.first { $0.code == "DUPLICATE_ROW" })
    #expect((duplicate.file, duplicate.line) == (files[1], 1))
    #expect(duplicate.message == "the row has the same words as \(files[0]):1")
  }

  @Test func `the kind is told from the first row or must be said`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"body\":\"x\"}", to: "x.jsonl")
    let error = try #require(throws: InputError.self) { try DataValidation().run(files: [path]) }
    #expect((error.line, error.hint) == (1, "say it with --kind"))
    let report = try DataValidation().run(files: [path], kind: .sft)
    #expect(report.issues.map(\.code) == ["SCHEMA", "NO_ROWS"])
  }

  @Test func `many issues of one code are cut short`() {
    let data = pairs((0..<9).map { pair($0, chosen: "same", rejected: "same") }) {
      $0.maximumIssuesPerCode = 2
    }
    let identical = DataValidation(options: data.options).run(on: data).issues
      .filter { $0.code == "IDENTICAL_PAIR" }
    #expect(identical.map(\.line) == [1, 2, nil])
    #expect(identical.last?.message == "7 more issues of this kind")
  }

  @Test func `the report is the object that scripts expect`() {
    let report = DataReport(
      rows: 1,
      kind: .sft,
      valid: false,
      issues: [DataIssue("X", .error, "m", line: 3), DataIssue("Y", .info, "n")],
      metrics: ["a": 0.5]
    )
    #expect(
      report.toJSON().serialized()
        == "{\"rows\":1,\"kind\":\"sft\",\"valid\":false,\"issues\":[{\"code\":\"X\","
        + "\"severity\":\"error\",\"line\":3,\"message\":\"m\"},{\"code\":\"Y\","
        + "\"severity\":\"info\",\"message\":\"n\"}],\"metrics\":{\"a\":0.5}}"
    )
  }
}
