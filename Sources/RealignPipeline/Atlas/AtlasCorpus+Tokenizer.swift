import RealignNumerics

extension AtlasCorpus {
  /// Size of the vocabulary of the measured recipe, all special and added tokens included.
  public static let vocabularySize = 1024

  /// The citation markers, each a single token that is not special.
  public static let markers = (1...9).map { "[\($0)]" }

  /// Text to train the tokenizer on: rows without their markers, and, so that template words become
  /// single tokens, every relation's wordings without names.
  public func tokenizerTexts(rows count: Int = 20_000) -> [String] {
    let step = max(mixture.shortSteps, mixture.easySteps)
    let rows = (0..<count).map { index in
      let row = index % 5 == 0 ? citationRow(index) : baseRow(index, step: step)
      return Self.withoutMarkers(row.prompt + row.completion)
    }
    var names = stream("tokenizer", 0)
    let wordings = (0..<count / 2).map { _ in
      let relation = names.pick(AtlasRelation.all)
      let statements = names.random.shuffled(relation.statements).prefix(2)
      let questions = names.random.shuffled(relation.questions).prefix(3)
      return (statements + questions).map { relation.fill($0, "", "") }.joined(separator: " ")
    }
    let trades = (0..<count / 20).map { _ in " " + names.pick(AtlasNames.trades) }
    return rows + wordings + trades
  }

  private static func withoutMarkers(_ text: String) -> String {
    var text = text
    for marker in markers {
      text = text.split(separator: marker, omittingEmptySubsequences: false).joined()
    }
    return text
  }
}
