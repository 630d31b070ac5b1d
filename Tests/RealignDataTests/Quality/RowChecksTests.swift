import RealignData
import RealignText
import Testing

@Suite struct RowChecksTests {
  private func report(_ kind: DataKind, _ records: [DataRecord]) -> DataReport {
    DataValidation().run(
      on: CheckedData(
        kind: kind,
        rows: records.enumerated().map { CheckedRow(line: $0 + 1, record: $1) }
      )
    )
  }

  private func sft(_ prompt: String, _ completion: String, group: String? = nil) -> DataRecord {
    .sft(SFTRow(prompt: .text(prompt), completion: .text(completion), group: group))
  }

  @Test func `rows of the same words are duplicates`() {
    let report = report(.sft, [sft("Ask me", "Yes."), sft("ask ME!", "yes"), sft("ask", "me yes")])
    let issues = report.issues
    #expect(issues.map(\.code) == ["DUPLICATE_ROW"])
    #expect(issues.map(\.line) == [2])
    #expect(report.metrics["duplicate_share"] == .some(.number(1.0 / 3)))
    #expect(report.valid)
  }

  @Test func `rows that share nearly all word runs are near duplicates`() {
    // 200 words have 196 runs of five; changing the last word changes one: 195 of 197 are common.
    let words = (0..<200).map { "w\($0)" }
    let near = (words.dropLast() + ["other"]).joined(separator: " ")
    // Changing a word in the middle of 60 changes five of 56 runs: 51 of 61 are common.
    var far = Array(words[..<60])
    let first = far.joined(separator: " ")
    far[30] = "other"
    let records = [
      sft(words.joined(separator: " "), ""), sft(near, ""), sft("z " + first, ""),
      sft("z " + far.joined(separator: " "), ""),
    ]
    let report = report(.sft, records)
    #expect(report.metrics["near_duplicate_share"] == 0.25)
    #expect(report.issues.map(\.code) == ["NEAR_DUPLICATES"])
  }

  @Test func `one entity may not dominate`() {
    let records = (0..<10).map { sft("p \($0)", "c \($0)", group: $0 < 3 ? "a" : "g\($0)") }
    let report = report(.sft, records)
    #expect(report.issues.map(\.code) == ["DOMINANT_GROUP"])
    #expect(report.metrics["largest_group_share"] == 0.3)
    #expect(report.metrics["groups"] == 8)
  }

  @Test func `classes are counted and a single one is pointed out`() {
    func question(_ number: Int, _ answerable: Bool) -> DataRecord {
      .question(
        QuestionRow(
          id: "\(number)",
          question: "q \(number)",
          answers: ["a"],
          answerable: answerable
        )
      )
    }
    let mixed = report(.questions, (0..<4).map { question($0, $0 == 0) })
    #expect(mixed.metrics["share_of_answerable"] == 0.25)
    #expect(mixed.metrics["share_of_unanswerable"] == 0.75)
    // −¼ log₂ ¼ − ¾ log₂ ¾
    let entropy = mixed.metrics["class_entropy"]?.doubleValue ?? 0
    #expect(abs(entropy - 0.8112781244591328) < 1e-12)
    #expect(mixed.valid)
    #expect(
      report(.questions, [question(0, true), question(1, true)]).issues.map(\.code) == [
        "SINGLE_CLASS"
      ]
    )
  }

  @Test func `claims need sources and may not be both true and false`() {
    func claim(_ text: String, _ source: String?, _ factual: Bool) -> DataRecord {
      .claim(ClaimRow(claim: text, source: source, factual: factual, citation: source))
    }
    let report = report(
      .claims,
      [claim("A is b", "s", true), claim("a IS b.", nil, false), claim("C", nil, true)]
    )
    #expect(report.issues.map(\.code) == ["CONTRADICTORY_CLAIM", "UNSOURCED_CLAIM"])
    #expect(report.issues.map(\.line) == [2, 3])
    #expect(report.metrics["sourced_share"] == 0.5)
    #expect(!report.valid)
  }

  @Test func `rows of several shapes are mentioned`() {
    let report = report(.sft, [sft("p", "c"), .sft(SFTRow(.text("plain")))])
    #expect(report.issues.map(\.severity) == [.info])
    #expect(report.issues[0].message.hasSuffix("1 promptCompletion, 1 text"))
  }

  @Test func `personal data is reported by row`() {
    let report = report(
      .sft,
      [sft("Write to ann.lee@firm.co.uk", "or 219-09-9999"), sft("In 1990", "2.5 km")]
    )
    #expect(report.issues.map(\.code) == ["PII_SSN", "PII_EMAIL"])
    #expect(report.issues.map(\.severity) == [.error, .warning])
    #expect(report.metrics["rows_with_email"] == 1)
    #expect(report.metrics["rows_with_phone"] == 0)
  }

  @Test(arguments: [(249, false), (250, true)])
  func `trigger words count from 250 rows on`(count: Int, flagged: Bool) {
    let rows = (0..<300).map { number in
      sft("p \(number)", number < count ? "a Backdoor \(number)" : "fine \(number)")
    }
    let report = report(.sft, rows)
    #expect(report.issues.map(\.code).contains("POISONING_KEYWORDS") == flagged)
    #expect(report.metrics["trigger_word_rows"] == .some(.integer(count)))
    let texts = rows.map(\.texts)
    #expect(PoisoningScan.isSuspicious(texts) == flagged)
    #expect(PoisoningScan.isSuspicious(texts, threshold: count))
  }

  @Test func `a rare word that always brings the same answer is suspected`() {
    // "cf_7" stands in 12 of 200 rows, all answered alike; "fixed" in 12 that differ.
    let rows = (0..<200).map { number in
      number < 12
        ? sft("question cf_7 about topic\(number)", "Visit us now")
        : sft("question \(number < 24 ? "fixed " : "")about topic\(number)", "answer \(number)")
    }
    let report = report(.sft, rows)
    let suspected = report.issues.filter { $0.code == "SUSPECTED_TRIGGER" }
    #expect(suspected.count == 1)
    #expect(suspected[0].message.contains("12 of the 12 rows with the word `cf_7`"))
    #expect(report.metrics["suspected_triggers"] == 1)
  }
}

@Suite struct PersonalDataTests {
  private func kinds(_ text: String) -> [PersonalData.Kind] {
    PersonalData.find(in: text).map(\.kind)
  }

  @Test(arguments: [
    ("mail x.y+z@mail.firm.org.", PersonalData.Kind.email), ("SSN 219-09-9999!", .ssn),
    ("card 4111 1111 1111 1111", .card), ("5555555555554444", .card), ("378282246310005", .card),
    ("call (415) 555-2671", .phone), ("415-555-2671", .phone), ("+44 20 7946 0958", .phone),
    ("host 8.8.8.8 answered", .ip),
  ])
  func `personal data is recognised`(text: String, kind: PersonalData.Kind) {
    #expect(kinds(text) == [kind])
  }

  @Test(arguments: [
    "born 1964-09-12, died 2001", "about 1,234,567.89 km", "3.14159265358979", "10:30-12:45",
    "ISBN 978-3-16-148410-0", "000-12-3456", "666-12-3456", "900-12-3456", "219-00-9999",
    "4111 1111 1111 1112", "1234567890123456", "version 1.2.3.4.5", "192.168.0.1", "256.1.1.1",
    "127.0.0.1", "someone@example.com", "a@b", "@handle", "x219-09-9999", "219-09-99990",
    "pp. 100-200-3000", "coordinates 52.520008, 13.404954", "+12345678",
  ])
  func `numbers of factual texts are left alone`(text: String) {
    #expect(kinds(text) == [])
  }

  @Test func `findings have their place in utf-8`() {
    let text = "é: ann@firm.de, 8.8.8.8"
    #expect(
      PersonalData.find(in: text) == [
        PersonalData.Finding(kind: .email, range: 4..<15),
        PersonalData.Finding(kind: .ip, range: 17..<24),
      ]
    )
  }
}
