import RealignText

/// How well a passage supports a statement, as numbers.
///
/// Which soft words paraphrase each other ("birthplace" and "born") is learned from pairs of
/// statements and the passages they were taken from, as P(word in statement | word in passage).
public struct SupportFeatures: Sendable, Equatable {
  private let pairCounts: [String: [String: Int]]  // passage word → statement word → count
  private let passageCounts: [String: Int]

  /// Learns paraphrases from supported (statement, passage) pairs.
  public init(supported pairs: [(statement: String, passage: String)]) {
    var pairCounts: [String: [String: Int]] = [:]
    var passageCounts: [String: Int] = [:]
    for pair in pairs {
      let statement = Set(Terms(pair.statement).soft)
      for word in Set(Terms(pair.passage).soft) {
        passageCounts[word, default: 0] += 1
        for other in statement { pairCounts[word, default: [:]][other, default: 0] += 1 }
      }
    }
    self.pairCounts = pairCounts
    self.passageCounts = passageCounts
  }

  /// A record from which the features are read back.
  var json: JSONValue {
    func counts(_ table: [String: Int]) -> JSONValue {
      .object(
        JSONObject(pairs: table.keys.sorted().map { ($0, .integer(table[$0] ?? 0)) })
      )
    }
    return [
      "passages": counts(passageCounts),
      "pairs": .object(
        JSONObject(pairs: pairCounts.keys.sorted().map { ($0, counts(pairCounts[$0] ?? [:])) })
      ),
    ]
  }

  /// Reads a record; nil when it is not one.
  init?(json: JSONValue) {
    func counts(_ value: JSONValue?) -> [String: Int]? {
      guard let object = value?.objectValue else { return nil }
      var result: [String: Int] = [:]
      for pair in object.pairs { result[pair.key] = pair.value.intValue }
      return result.count == object.count ? result : nil
    }
    guard let passages = counts(json["passages"]), let pairs = json["pairs"]?.objectValue else {
      return nil
    }
    passageCounts = passages
    var table: [String: [String: Int]] = [:]
    for pair in pairs.pairs { table[pair.key] = counts(pair.value) }
    pairCounts = table
  }

  /// The features of a pair, each in [0, 1].
  public func callAsFunction(statement: String, passage: String) -> [Double] {
    let claim = Terms(statement)
    let evidence = Terms(passage)
    let evidenceHard = Set(evidence.hard).union(evidence.all)
    let covered = claim.hard.filter(evidenceHard.contains).count
    let hardCoverage =
      claim.hard.isEmpty ? 1 : Double(covered) / Double(claim.hard.count)
    let soft = claim.soft.map { coverage(of: $0, by: evidence) }
    let mean = soft.isEmpty ? 1 : soft.reduce(0, +) / Double(soft.count)
    let extra = Double(abs(evidence.all.count - claim.all.count))
    return [
      hardCoverage, covered == claim.hard.count ? 1 : 0, mean, soft.min() ?? 1,
      Self.inOrder(claim.hard, in: evidence.all) ? 1 : 0, 1 / (1 + extra / 10),
    ]
  }

  /// 1 when the word itself occurs, else the best learned paraphrase.
  private func coverage(of word: String, by evidence: Terms) -> Double {
    if evidence.all.contains(word) { return 1 }
    return evidence.soft.map { other in
      let together = pairCounts[other]?[word] ?? 0
      return Double(together) / Double((passageCounts[other] ?? 0) + 2)
    }.max() ?? 0
  }

  private static func inOrder(_ words: [String], in text: [String]) -> Bool {
    var rest = words[...]
    for word in text where word == rest.first { rest = rest.dropFirst() }
    return rest.isEmpty
  }
}
