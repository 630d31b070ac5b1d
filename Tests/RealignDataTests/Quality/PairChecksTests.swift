import RealignData
import RealignTestSupport
import RealignText
import Testing

@Suite struct PairChecksTests {
  private func report(_ data: CheckedData) -> DataReport {
    DataValidation(options: data.options).run(on: data)
  }

  @Test(arguments: [(0.15, true), (0.1499, false), (-0.5, false)])
  func `the mean gap must reach the threshold`(gap: Double, passes: Bool) {
    // 0.75 less 0.6 is below 0.15 in binary; start from 0 so that the gap is exact.
    let data = pairs((0..<4).map { pair($0, scores: gap < 0 ? (0.5, 1) : (gap, 0)) }) {
      $0.minimumChosenScore = 0
    }
    #expect(codes(data).contains("INSUFFICIENT_GAP") == !passes)
  }

  @Test func `the gap is signed`() {
    let report = report(pairs([pair(0, scores: (1, 0.5)), pair(1, scores: (0.5, 0.75))]))
    #expect(report.metrics["preference_gap"] == 0.125)
    #expect(report.metrics["positive_gap_share"] == 0.5)
    #expect(report.issues.map(\.code) == ["INSUFFICIENT_GAP", "NEGATIVE_GAPS"])
  }

  @Test func `missing scores warn when all are missing and fail when some are`() {
    let none = report(pairs([pair(0, scores: nil), pair(1, scores: nil)]))
    #expect(none.issues.map(\.code) == ["MISSING_SCORES"])
    #expect(none.valid)
    #expect(none.metrics["preference_gap"] == .some(.null))
    #expect(!report(pairs([pair(0, scores: nil), pair(1)])).valid)
    #expect(!report(pairs([pair(0, scores: nil)]) { $0.requiresScores = true }).valid)
  }

  @Test func `scores must be in the unit interval and agree with the margin`() {
    var row = pair(0, scores: (9, 0.5))
    row.margin = 1
    let issues = report(pairs([row])).issues
    #expect(issues.map(\.code) == ["SCORE_RANGE", "MARGIN_MISMATCH"])
    #expect(issues.map(\.line) == [1, 1])
    #expect(issues[0].message == "chosen_score is 9; scores are in 0...1")
  }

  @Test(arguments: [(70, false), (71, true)])
  func `at most seventy of a hundred chosen completions may be longer`(longer: Int, fails: Bool) {
    let rows = (0..<100).map {
      $0 < longer
        ? pair($0, chosen: "longer answer \($0)", rejected: "short \($0)")
        : pair($0, chosen: "short \($0)", rejected: "longer answer \($0)")
    }
    #expect(codes(pairs(rows)).contains("LENGTH_BIAS") == fails)
    #expect(
      report(pairs(rows)).metrics["longer_chosen_share"] == .some(.number(Double(longer) / 100))
    )
  }

  @Test func `the older length gap is kept as a figure`() {
    let report = report(pairs([pair(0, chosen: "aaaa", rejected: "a")]))
    #expect(report.metrics["length_gap"] == 0.75)
  }

  @Test func `very different lengths with close scores are pointed out`() {
    let long = String(repeating: "x", count: 17)
    let close = pair(0, chosen: "xx", rejected: long, scores: (0.5, 0.48))
    let apart = pair(1, chosen: "xx", rejected: long, scores: (0.5, 0.4))
    let exact = pair(2, chosen: "xx", rejected: String(long.dropLast()), scores: (0.5, 0.48))
    let issues = report(pairs([close, apart, exact])).issues.filter {
      $0.code == "EXTREME_LENGTH_RATIO"
    }
    #expect(issues.map(\.line) == [1])
  }

  @Test(arguments: [(99, "INSUFFICIENT_PAIRS"), (100, "FEW_PAIRS"), (1000, "")])
  func `there must be enough pairs`(count: Int, code: String) {
    let data = pairs((0..<count).map { pair($0) }) {
      $0.minimumPairs = 100
      $0.recommendedPairs = 1000
    }
    #expect(codes(data) == (code.isEmpty ? [] : [code]))
  }

  @Test(arguments: [(0.1, false), (0.1001, true), (Double.nan, true), (Double.infinity, true)])
  func `a measured divergence must be small and a number`(kl: Double, fails: Bool) {
    let data = pairs((0..<3).map { pair($0) }) { $0.klPerToken = kl }
    #expect(codes(data) == (fails ? ["HIGH_KL_DIVERGENCE"] : []))
  }

  @Test func `pairs may not prefer nothing or contradict one another`() {
    let rows = [
      PreferenceRow(prompt: .text("p"), chosen: .text("a"), rejected: .text("b")),
      PreferenceRow(prompt: .text("p"), chosen: .text("b"), rejected: .text("a")),
      PreferenceRow(prompt: .text("q"), chosen: .text("a"), rejected: .text("a")),
      PreferenceRow(prompt: .text("r"), chosen: .text("b"), rejected: .text("a")),
    ]
    let issues = report(pairs(rows)).issues.filter { $0.severity == .error }
    #expect(issues.map(\.code) == ["CONTRADICTORY_PAIR", "IDENTICAL_PAIR"])
    #expect(issues.map(\.line) == [2, 3])
    #expect(issues[0].message == "line 1 prefers these completions the other way")
  }

  @Test func `the four main issues come in the order of the original`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "{\"prompt\":\"The same prompt\",\"chosen\":\"a\",\"rejected\":\"bb\",\"chosen_score\":0.5,"
        + "\"rejected_score\":0.4}",
      to: "p.jsonl"
    )
    let eval = try folder.write("{\"question\":\"the SAME prompt!\"}", to: "e.jsonl")
    let quality = try DPOPairQuality.validateDPOPairs(file, klPerToken: 0.2, against: [eval])
    #expect(
      quality.issues == [
        "INSUFFICIENT_GAP", "HIGH_KL_DIVERGENCE", "CONTAMINATION_RISK", "INSUFFICIENT_PAIRS",
        "CONTAMINATED_ROW",
      ]
    )
    #expect(!quality.isValid)
    #expect((quality.pairCount, quality.decontaminationScore) == (1, 0))
    #expect(abs((quality.preferenceGap ?? 0) - 0.1) < 1e-15)
  }

  @Test func `the gap threshold changes the verdict`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/p.jsonl"
    try PreferenceRow.write((0..<100).map { pair($0, scores: (0.5, 0.25)) }, to: path)
    #expect(try DPOPairQuality.validateDPOPairs(path).isValid)
    #expect(
      try DPOPairQuality.validateDPOPairs(path, gapThreshold: 0.3).issues == ["INSUFFICIENT_GAP"]
    )
  }

  @Test func `pairs without scores are not validated by the gate of data collection`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/p.jsonl"
    try PreferenceRow.write((0..<100).map { pair($0, scores: nil) }, to: path)
    let quality = try DPOPairQuality.validateDPOPairs(path)
    #expect(quality.issues == ["INSUFFICIENT_GAP", "MISSING_SCORES"])
    #expect(quality.preferenceGap == nil)
  }
}
