import RealignNumerics

/// A question of the Atlas world.
public struct AtlasQuestion: Sendable, Equatable {
  /// Unique identifier, such as `test-0042`.
  public let id: String
  /// The question's text.
  public let question: String
  /// The acceptable values: one if answerable, none otherwise.
  public let answers: [String]
  /// Whether a document states the value.
  public let answerable: Bool
  /// Identifiers of the documents that state the value.
  public let sources: [String]
  /// Documents that look like an answer and are not: another relation of the same entity, then the
  /// same relation of near-miss entities.
  public let hardDistractors: [String]
  /// The family of the entity.
  public let group: String
  /// The split of the entity's name; nil for real-world entities.
  public let split: AtlasSplit?
  /// What is asked; the value of an unanswerable question is stated nowhere.
  public let fact: AtlasFact
}

/// The questions of an Atlas world, as many answerable as unanswerable ones in every split.
public struct AtlasQuestions: Sendable {
  /// Questions on training entities, at most one per value.
  public let train: [AtlasQuestion]
  /// Questions for thresholds and checkpoints.
  public let dev: [AtlasQuestion]
  /// Questions for the final figures.
  public let test: [AtlasQuestion]

  /// The questions of a world over its documents.
  public init(_ world: AtlasWorld, _ documents: AtlasDocuments) {
    let index = DistractorIndex(documents.all)
    func questions(_ split: AtlasSplit) -> [AtlasQuestion] {
      var names = AtlasNames(
        random: RandomStream(seed: world.seed, name: "atlas.questions.\(split.rawValue)"),
        split: split
      )
      let all = world.entries(of: split).map { entry in
        index.question(
          entry.fact,
          entry.fact.asked(&names),
          group: "family-\(entry.family)",
          split: split
        )
      }
      return Self.balanced(all, &names, prefix: split.rawValue)
    }
    train = questions(.train)
    dev = questions(.dev)
    test = questions(.test)
  }

  /// The questions of a split.
  public subscript(_ split: AtlasSplit) -> [AtlasQuestion] {
    switch split {
    case .train: train
    case .dev: dev
    case .test: test
    }
  }

  /// A shuffled choice with as many answerable as unanswerable questions, numbered anew.
  static func balanced(
    _ questions: [AtlasQuestion],
    _ names: inout AtlasNames,
    prefix: String
  ) -> [AtlasQuestion] {
    let order = names.random.permutation(questions.count)
    let half = min(questions.count { $0.answerable }, questions.count { !$0.answerable })
    var left = [true: half, false: half]
    var chosen: [AtlasQuestion] = []
    for place in order {
      let question = questions[place]
      guard let count = left[question.answerable], count > 0 else { continue }
      left[question.answerable] = count - 1
      chosen.append(question.renamed("\(prefix)-\(padded(chosen.count))"))
    }
    return chosen
  }
}

extension AtlasQuestion {
  func renamed(_ id: String) -> AtlasQuestion {
    AtlasQuestion(
      id: id,
      question: question,
      answers: answers,
      answerable: answerable,
      sources: sources,
      hardDistractors: hardDistractors,
      group: group,
      split: split,
      fact: fact
    )
  }
}

/// Finds the documents that state a fact and those that nearly do.
struct DistractorIndex {
  private let byEntity: [String: [AtlasDocument]]
  private let byGroup: [String: [AtlasDocument]]

  init(_ documents: [AtlasDocument]) {
    byEntity = Dictionary(grouping: documents, by: \.title)
    byGroup = Dictionary(grouping: documents, by: \.group)
  }

  /// The question for a fact, answerable exactly if a document states it.
  func question(
    _ fact: AtlasFact,
    _ text: String,
    group: String,
    split: AtlasSplit?
  ) -> AtlasQuestion {
    let own = byEntity[fact.entity, default: []]
    let sources = own.filter { $0.fact.relationKey == fact.relationKey }.map(\.id)
    let siblings = byGroup[group, default: []].filter {
      $0.title != fact.entity && $0.fact.relationKey == fact.relationKey
    }
    let answerable = !sources.isEmpty
    return AtlasQuestion(
      id: "",
      question: text,
      answers: answerable ? [fact.value] : [],
      answerable: answerable,
      sources: sources,
      hardDistractors: own.filter { $0.fact.relationKey != fact.relationKey }.map(\.id)
        + siblings.map(\.id),
      group: group,
      split: split,
      fact: fact
    )
  }
}
