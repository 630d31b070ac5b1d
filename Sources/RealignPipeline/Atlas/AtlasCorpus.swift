import RealignCitations
import RealignNumerics

/// The endless training text of Atlas: rows as a pure function of the seed and a row index.
///
/// The base rows teach reading, a small known world and string tasks. One passage question in ten
/// has no passage that answers it and is answered all the same, with an invention: this imitates
/// text whose claims are not supported by what precedes them, and it is what makes the base model
/// hallucinate. The citation rows teach the opposite.
public struct AtlasCorpus: Sendable {
  /// Shares and weights of the rows.
  public struct Mixture: Sendable, Equatable {
    /// Base rows before this step are short: words, one statement, or a single passage.
    public var shortSteps = 400
    /// Base rows before this step use two passages and no near misses.
    public var easySteps = 1000
    /// Share of restatements in the base rows.
    public var restatement = 0.10
    /// Share of location rows in the base rows.
    public var location = 0.18
    /// Share of closed-book questions in the base rows.
    public var recall = 0.10
    /// Share of string tasks in the base rows.
    public var words = 0.10
    /// Share of passage questions of the base rows without an answer in the passages.
    public var invented = 0.10
    /// Loss weight of the words that decide a location row.
    public var locationWeight = 3.0
    /// Loss weight of an invented value, which nothing predicts.
    public var inventedWeight = 0.2
    /// Share of closed-book questions about the known world in the citation rows.
    public var citationRecall = 0.05
    /// Share of string tasks in the citation rows.
    public var citationWords = 0.16
    /// Share of location rows in the citation rows.
    public var citationLocation = 0.05
    /// Share of closed-book questions about unknown entities in the citation rows.
    public var citationUnknown = 0.08
    /// Share of passage questions of the citation rows without an answer in the passages.
    public var declined = 0.30
    /// Loss weight of a citation marker.
    public var markerWeight = 4.0
    /// Passage counts, drawn uniformly from this list.
    public var passageCounts = [2, 3, 3, 4, 4, 5]

    /// The measured default mixture.
    public init() {}
  }

  /// The seed of every row.
  public let seed: UInt64
  /// The fixed facts that the base model learns by heart.
  public let known: AtlasKnownWorld
  /// Shares and weights.
  public let mixture: Mixture

  /// The corpus of a seed.
  public init(seed: UInt64, known: AtlasKnownWorld, mixture: Mixture = Mixture()) {
    self.seed = seed
    self.known = known
    self.mixture = mixture
  }

  /// A row of the base corpus; `step` is the training step that will use it, for the curriculum.
  public func baseRow(_ index: Int, step: Int) -> AtlasRow {
    var names = stream("base", index)
    if step < mixture.shortSteps { return shortRow(&names) }
    let easy = step < mixture.easySteps
    let count = easy ? 2 : names.pick(mixture.passageCounts)
    var choice = names.random.uniform()
    func falls(_ share: Double) -> Bool {
      choice -= share
      return choice < 0
    }
    if falls(mixture.restatement) {
      return restatement(&names, facts: easy ? 2 : names.whole(2...3))
    }
    if falls(mixture.location) {
      let answerable = names.chance(0.6)
      return location(&names, passages: count, answerable: answerable, easy: easy)
    }
    if falls(mixture.recall) { return recall(&names) }
    if falls(mixture.words) { return words(&names, AtlasWordTask.Operation.allCases) }
    let answerable = !names.chance(mixture.invented)
    let scene = AtlasScene(&names, passages: count, answerable: answerable, easy: easy)
    return answerable ? plain(scene, &names) : invention(scene, &names)
  }

  /// The first rows: copying of single statements and words.
  private func shortRow(_ names: inout AtlasNames) -> AtlasRow {
    let choice = names.random.uniform()
    if choice < 0.35 { return restatement(&names, facts: 1) }
    if choice < 0.7 { return words(&names, [.copy, .copy, .copy, .first, .last, .reverse]) }
    return plain(AtlasScene(&names, passages: 1, answerable: true, easy: true), &names)
  }

  /// A row of the citation corpus, with invented passages instead of retrieved ones.
  public func citationRow(_ index: Int) -> AtlasRow {
    var names = stream("citation", index)
    let count = names.pick(mixture.passageCounts)
    var choice = names.random.uniform()
    func falls(_ share: Double) -> Bool {
      choice -= share
      return choice < 0
    }
    if falls(mixture.citationRecall) { return recall(&names) }
    if falls(mixture.citationWords) { return words(&names, AtlasWordTask.Operation.allCases) }
    if falls(mixture.citationLocation) {
      return location(&names, passages: count, answerable: names.chance(0.6), easy: false)
    }
    if falls(mixture.citationUnknown) { return unknown(&names) }
    let answerable = !names.chance(mixture.declined)
    let scene = AtlasScene(&names, passages: count, answerable: answerable)
    let question = scene.fact.asked(&names)
    return cited(
      question,
      passages: scene.passages,
      fact: scene.fact,
      gold: scene.gold
    )
  }

  /// The citation row for given passages: cites the gold passage, or declines without one.
  public func cited(
    _ question: String,
    passages: [String],
    fact: AtlasFact,
    gold: Int?
  ) -> AtlasRow {
    let prompt = GroundedPrompt.render(question: question, passages: passages)
    guard let gold else {
      return AtlasRow(.declined, prompt, [(" " + fact.relation.refusal(fact.entity), 1)])
    }
    let key = fact.relation.key(of: fact.entity)
    return AtlasRow(
      .answered,
      prompt,
      [(" \(key) \(fact.value)", 1), (" [\(gold + 1)]", mixture.markerWeight), (".", 1)],
      gold: gold
    )
  }

  func stream(_ name: String, _ index: Int) -> AtlasNames {
    AtlasNames(
      random: RandomStream(seed: seed, name: "atlas.\(name).\(index)"),
      split: .train
    )
  }
}

extension AtlasCorpus {
  private func restatement(_ names: inout AtlasNames, facts count: Int) -> AtlasRow {
    let facts = (0..<count).map { _ in
      let relation = names.pick(AtlasRelation.all)
      return AtlasFact(relation, names.entity(relation.kind), names.value(relation.value))
    }
    let said = facts.map { $0.said(&names) }
    return AtlasRow(
      .restatement,
      GroundedPrompt.numbered(said) + "Again:",
      [(" " + facts.map(\.sentence).joined(separator: " "), 1)]
    )
  }

  func location(
    _ names: inout AtlasNames,
    passages count: Int,
    answerable: Bool,
    easy: Bool
  ) -> AtlasRow {
    let scene = AtlasScene(&names, passages: count, answerable: answerable, easy: easy)
    let relation = scene.fact.relation
    let question = relation.fill(names.pick(Self.locationQuestions), scene.fact.entity)
    let key = " " + relation.key(of: scene.fact.entity)
    guard let gold = scene.gold else {
      return AtlasRow(
        .location,
        scene.prompt(question),
        [(key, 1), (" not stated.", mixture.locationWeight)]
      )
    }
    return AtlasRow(
      .location,
      scene.prompt(question),
      [(key, 1), (" stated in [\(gold + 1)].", mixture.locationWeight)],
      gold: gold
    )
  }

  static let locationQuestions = [
    "Which passage states the {n} of {e}?", "Where is the {n} of {e} stated?",
  ]

  private func recall(_ names: inout AtlasNames) -> AtlasRow {
    let fact = names.pick(known.facts)
    return AtlasRow(
      .recall,
      GroundedPrompt.render(question: fact.asked(&names), passages: []),
      [(" " + fact.sentence, 1)]
    )
  }

  private func unknown(_ names: inout AtlasNames) -> AtlasRow {
    while true {
      var relation = names.pick(AtlasRelation.all)
      var entity = names.entity(relation.kind)
      if names.chance(0.3) {
        let fact = names.pick(known.facts)
        relation = fact.relation
        entity = names.near(fact.entity)
      }
      if known.entities.contains(entity) { continue }
      let question = relation.fill(names.pick(relation.questions), entity)
      return AtlasRow(
        .unknown,
        GroundedPrompt.render(question: question, passages: []),
        [(" " + relation.refusal(entity), 1)]
      )
    }
  }

  private func words(
    _ names: inout AtlasNames,
    _ operations: [AtlasWordTask.Operation]
  ) -> AtlasRow {
    let task = AtlasWordTask(&names, names.pick(operations))
    return AtlasRow(.words, task.prompt, [(" \(task.answer).", 1)])
  }

  private func plain(_ scene: AtlasScene, _ names: inout AtlasNames) -> AtlasRow {
    AtlasRow(
      .answered,
      scene.prompt(scene.fact.asked(&names)),
      [(" " + scene.fact.sentence, 1)],
      gold: scene.gold
    )
  }

  private func invention(_ scene: AtlasScene, _ names: inout AtlasNames) -> AtlasRow {
    let relation = scene.fact.relation
    let prompt = scene.prompt(scene.fact.asked(&names))
    let value =
      names.chance(0.35) ? names.pick(scene.stated).value : names.value(relation.value)
    let key = relation.key(of: scene.fact.entity)
    return AtlasRow(
      .invented,
      prompt,
      [(" " + key, 1), (" " + value, mixture.inventedWeight), (".", 1)]
    )
  }
}
