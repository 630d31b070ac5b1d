import RealignCitations
import RealignNumerics

/// One item of a capability benchmark: the greedy completion must equal the expected one.
public struct AtlasCapabilityItem: Sendable, Equatable {
  /// Unique within the benchmark.
  public let id: String
  /// Text before the completion.
  public let prompt: String
  /// The only right completion, with its leading space and without the end token.
  public let completion: String
  /// The cluster of the item, for intervals.
  public let group: String
}

/// One benchmark of what alignment must not damage.
public struct AtlasBenchmark: Sendable {
  /// Its name, such as `recall`.
  public let name: String
  /// One line on what it asks.
  public let summary: String
  /// The accuracy of guessing.
  public let chance: Double
  /// Its items.
  public let items: [AtlasCapabilityItem]
}

/// The capability benchmarks: recall of the known world, and tasks on held-out words.
public struct AtlasCapabilities: Sendable {
  /// All benchmarks, in a fixed order.
  public let benchmarks: [AtlasBenchmark]

  /// Benchmarks of `count` items each (recall: all known facts up to that count), with words and
  /// names of a held-out split.
  public init(_ world: AtlasWorld, split: AtlasSplit = .test, count: Int = 320) {
    var names = AtlasNames(
      random: RandomStream(seed: world.seed, name: "atlas.capabilities.\(split.rawValue)"),
      split: split
    )
    benchmarks =
      [Self.recall(world.known, &names, count)]
      + AtlasWordTask.Operation.allCases.map { Self.words($0, &names, count) }
      + [Self.location(&names, count), Self.restatement(&names, count)]
  }

  private static func recall(
    _ known: AtlasKnownWorld,
    _ names: inout AtlasNames,
    _ count: Int
  ) -> AtlasBenchmark {
    let order = names.random.permutation(known.facts.count).prefix(count)
    let items = order.enumerated().map { number, place in
      let fact = known.facts[place]
      return AtlasCapabilityItem(
        id: "recall-\(padded(number))",
        prompt: GroundedPrompt.render(question: fact.asked(&names), passages: []),
        completion: " " + fact.sentence,
        group: fact.entity
      )
    }
    return AtlasBenchmark(
      name: "recall",
      summary: "Closed-book questions about facts learned by heart",
      chance: 0,
      items: items
    )
  }

  private static func words(
    _ operation: AtlasWordTask.Operation,
    _ names: inout AtlasNames,
    _ count: Int
  ) -> AtlasBenchmark {
    let items = (0..<count).map { number in
      let task = AtlasWordTask(&names, operation)
      let id = "\(operation.rawValue)-\(padded(number))"
      return AtlasCapabilityItem(
        id: id,
        prompt: task.prompt,
        completion: " \(task.answer).",
        group: id
      )
    }
    return AtlasBenchmark(
      name: operation.rawValue,
      summary: "\(operation.instruction), on words never trained on",
      chance: operation == .count ? 0.2 : 0,
      items: items
    )
  }

  private static func location(_ names: inout AtlasNames, _ count: Int) -> AtlasBenchmark {
    let items = (0..<count).map { number in
      let scene = AtlasScene(&names, passages: 2 + number % 4, answerable: number % 2 == 0)
      let relation = scene.fact.relation
      let question = relation.fill(
        names.pick(AtlasCorpus.locationQuestions),
        scene.fact.entity
      )
      let key = " " + relation.key(of: scene.fact.entity)
      let id = "location-\(padded(number))"
      return AtlasCapabilityItem(
        id: id,
        prompt: scene.prompt(question),
        completion: scene.gold.map { key + " stated in [\($0 + 1)]." } ?? key + " not stated.",
        group: id
      )
    }
    return AtlasBenchmark(
      name: "location",
      summary: "Which passage states a fact, or that none does",
      chance: 0.5,
      items: items
    )
  }

  private static func restatement(_ names: inout AtlasNames, _ count: Int) -> AtlasBenchmark {
    let items = (0..<count).map { number in
      let facts = (0..<2).map { _ in
        let relation = names.pick(AtlasRelation.all)
        return AtlasFact(relation, names.entity(relation.kind), names.value(relation.value))
      }
      let id = "restatement-\(padded(number))"
      return AtlasCapabilityItem(
        id: id,
        prompt: GroundedPrompt.numbered(facts.map { $0.said(&names) }) + "Again:",
        completion: " " + facts.map(\.sentence).joined(separator: " "),
        group: id
      )
    }
    return AtlasBenchmark(
      name: "restatement",
      summary: "Two statements repeated in canonical wording",
      chance: 0,
      items: items
    )
  }
}
