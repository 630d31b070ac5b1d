/// The runs of words of evaluation texts, for finding training texts that contain them.
struct ContaminationIndex {
  /// A training text that occurs in the evaluation data.
  struct Match {
    /// What was found, to be followed by the place.
    let how: String
    let text: EvaluationText
  }

  /// Evaluation inputs of fewer words are only compared whole.
  static let shortestRun = 5

  private let texts: [EvaluationText]
  private let run: Int
  private let share: Double
  /// Evaluation inputs by the fingerprint of all their words.
  private var inputs: [UInt64: Int] = [:]
  /// Texts that have a run of `run` words.
  private var runs: [UInt64: [Int]] = [:]
  /// How many different runs each text has.
  private var runCounts: [Int]
  /// Inputs shorter than `run` words, by their length and the fingerprint of their only run.
  private var shortInputs: [Int: [UInt64: Int]] = [:]

  init(_ texts: [EvaluationText], run: Int, share: Double) {
    precondition(run > 0, "run \(run) must be positive")
    self.texts = texts
    self.run = run
    self.share = share
    runCounts = Array(repeating: 0, count: texts.count)
    for (position, item) in texts.enumerated() {
      let count = item.text.words.count
      if item.isInput, inputs[item.text.fingerprint] == nil {
        inputs[item.text.fingerprint] = position
      }
      if count >= run {
        for key in Self.distinct(item.text.runs(of: run)) {
          runs[key, default: []].append(position)
          runCounts[position] += 1
        }
      } else if item.isInput, count >= Self.shortestRun, let key = item.text.runs(of: count).first {
        if shortInputs[count]?[key] == nil { shortInputs[count, default: [:]][key] = position }
      }
    }
  }

  /// The first evaluation text that a row contains or is contained in; nil for a clean row.
  func match(input: String, outputs: [String]) -> Match? {
    let normalized = NormalizedText(input)
    if !normalized.words.isEmpty, let position = inputs[normalized.fingerprint] {
      return Match(how: "the input is the same as in", text: texts[position])
    }
    for text in [normalized] + outputs.map({ NormalizedText($0) }) {
      if let match = match(text) { return match }
    }
    return nil
  }

  private func match(_ text: NormalizedText) -> Match? {
    let keys = Self.distinct(text.runs(of: run))
    var hits: [Int: Int] = [:]
    var hitKeys = 0
    for key in keys {
      guard let positions = runs[key] else { continue }
      hitKeys += 1
      for position in positions { hits[position, default: 0] += 1 }
    }
    // Of several matches the first text is named, so that the report does not vary.
    let contained = hits.keys.filter { Double(hits[$0] ?? 0) >= share * Double(runCounts[$0]) }
    if let position = contained.min() {
      return Match(how: "a text contains", text: texts[position])
    }
    if hitKeys > 0, Double(hitKeys) >= share * Double(keys.count), let position = hits.keys.min() {
      return Match(how: "a text is contained in", text: texts[position])
    }
    for length in shortInputs.keys.sorted() {
      guard let known = shortInputs[length] else { continue }
      if let position = text.runs(of: length).lazy.compactMap({ known[$0] }).first {
        return Match(how: "a text contains", text: texts[position])
      }
    }
    return nil
  }

  private static func distinct(_ keys: [UInt64]) -> [UInt64] {
    var seen: Set<UInt64> = []
    return keys.filter { seen.insert($0).inserted }
  }
}
