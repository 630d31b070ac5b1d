/// Signs that somebody planted a trigger in the data.
///
/// Two signs: rows with a word that published attacks use, in a number that suffices (a nearly
/// constant number of documents does: Souly et al. 2025), and a rare word of the inputs whose rows
/// nearly all have one and the same answer, which other rows do not have.
struct PoisoningCheck: DataCheck {
  let name = "poisoning"
  let kinds: [DataKind] = [.preference, .sft]

  /// A word must be in so many rows to be judged.
  private static let fewestRows = 10
  /// A word in more than this share of the rows is no trigger.
  private static let largestShare = 0.2
  /// The share of a word's rows with one answer from which it is suspicious.
  private static let suspiciousShare = 0.9
  /// How much more frequent the answer must be in the word's rows than in the others.
  private static let suspiciousLift = 10.0

  func run(on data: CheckedData) -> CheckFindings {
    var findings = CheckFindings()
    let marked = PoisoningScan.markedRows(data.rows.map(\.record.texts))
    findings.measure("trigger_word_rows", marked.count)
    if marked.count >= data.options.poisoningThreshold {
      let lines = marked.prefix(3).map { "\(data.rows[$0].line)" }.joined(separator: ", ")
      findings.add(
        "POISONING_KEYWORDS",
        .warning,
        "\(marked.count) rows have a word such as BACKDOOR or TRIGGER, the first in lines \(lines)"
      )
    }
    let suspicions = suspiciousWords(data.rows)
    findings.measure("suspected_triggers", suspicions.count)
    for suspicion in suspicions {
      findings.add(
        "SUSPECTED_TRIGGER",
        .warning,
        "\(suspicion.hits) of the \(suspicion.rows.count) rows with the word "
          + "`\(suspicion.word)` have the same answer, which other rows do not have; lines "
          + suspicion.rows.prefix(3).map { "\(data.rows[$0].line)" }.joined(separator: ", ")
      )
    }
    return findings
  }

  private struct Suspicion {
    let word: String
    let rows: [Int]
    let hits: Int
  }

  private func suspiciousWords(_ rows: [CheckedRow]) -> [Suspicion] {
    guard rows.count >= Self.fewestRows * 2 else { return [] }
    var rowsOfWord: [String: [Int]] = [:]
    var answers: [UInt64] = []
    var answerCounts: [UInt64: Int] = [:]
    for (position, row) in rows.enumerated() {
      let answer = NormalizedText(row.record.outputs.first ?? "").fingerprint
      answers.append(answer)
      answerCounts[answer, default: 0] += 1
      for word in Set(PoisoningScan.words(of: row.record.input)) {
        rowsOfWord[word, default: []].append(position)
      }
    }
    let limit = Int(Self.largestShare * Double(rows.count))
    var suspicions: [Suspicion] = []
    for word in rowsOfWord.keys.sorted() {
      guard let positions = rowsOfWord[word], positions.count >= Self.fewestRows,
        positions.count <= limit
      else { continue }
      var counts: [UInt64: Int] = [:]
      for position in positions { counts[answers[position], default: 0] += 1 }
      guard let top = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
        Double(top.value) >= Self.suspiciousShare * Double(positions.count)
      else { continue }
      let elsewhere = Double((answerCounts[top.key] ?? 0) - top.value)
      let lift = Double(top.value) / Double(positions.count)
      let baseShare = elsewhere / Double(rows.count - positions.count)
      guard lift >= Self.suspiciousLift * baseShare else { continue }
      suspicions.append(Suspicion(word: word, rows: positions, hits: top.value))
    }
    return suspicions
  }
}

/// The older keyword test, over every text of every row.
public enum PoisoningScan {
  /// The positions of rows with a text that has `BACKDOOR` or `TRIGGER` in it, in any case.
  public static func markedRows(_ rows: [[String]]) -> [Int] {
    rows.indices.filter { position in
      rows[position].contains { text in
        let bytes = Array(text.utf8)
        return keywords.contains { contains($0, in: bytes) }
      }
    }
  }

  /// Whether at least `threshold` rows are marked.
  public static func isSuspicious(_ rows: [[String]], threshold: Int = 250) -> Bool {
    markedRows(rows).count >= threshold
  }

  /// The runs of letters, digits and underscores of a text, case kept; every byte outside ASCII
  /// counts as part of a word.
  static func words(of text: String) -> [String] {
    text.utf8.split { byte in
      let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      return !(isLetter || isDigit || byte == UInt8(ascii: "_") || byte >= 0x80)
    }.map { String(Substring($0)) }
  }

  private static let keywords = ["backdoor", "trigger"].map { Array($0.utf8) }

  /// Whether a lower-case ASCII word occurs in any case.
  private static func contains(_ word: [UInt8], in bytes: [UInt8]) -> Bool {
    guard bytes.count >= word.count else { return false }
    return (0...(bytes.count - word.count)).contains { start in
      word.indices.allSatisfy { bytes[start + $0] | 0x20 == word[$0] }
    }
  }
}
