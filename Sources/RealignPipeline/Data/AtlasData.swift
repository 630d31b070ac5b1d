import RealignKnowledge
import RealignNumerics

/// The bundled data in the shape that every run reads.
public enum AtlasData {
  /// The world is part of the program, like the base model that knows it; a run's seed does not
  /// change it.
  public static let worldSeed: UInt64 = 20_250_117

  /// How much of the world a run uses.
  public struct Size: Sendable, Equatable {
    /// Most training questions; 0 takes all.
    public var train = 0
    /// Most development questions; 0 takes all.
    public var development = 0
    /// Most test questions; 0 takes all.
    public var test = 0
    /// Items per capability suite.
    public var suiteItems = 400
    /// Rows drawn from the endless corpus for replay and citation training.
    public var corpusRows = 40_000

    /// All of it.
    public init() {}
  }

  /// Builds the data.
  public static func load(size: Size = Size()) -> RunData {
    let world = AtlasWorld(seed: worldSeed, size: AtlasWorld.Size(train: 2000, dev: 800, test: 640))
    let documents = AtlasDocuments(world)
    let questions = AtlasQuestions(world, documents)
    let transfer = AtlasTransfer(seed: worldSeed)
    let heldOut = documents.all.filter { document in
      !document.id.hasPrefix("atlas-\(AtlasSplit.train.rawValue)-")
    }
    func limited(_ list: [AtlasQuestion], _ count: Int) -> [Question] {
      (count > 0 ? Array(list.prefix(count)) : list).map(Question.init)
    }
    let corpus = AtlasCorpus(seed: worldSeed, known: world.known)
    let replay = replayRows(corpus, count: size.corpusRows)
    return RunData(
      name: "Atlas",
      documents: (documents.all + transfer.documents).map(Document.init),
      train: limited(questions.train, size.train),
      development: limited(questions.dev, size.development),
      test: limited(questions.test, size.test),
      transfer: transfer.questions.map(Question.init),
      instructions: replay.instructions,
      closedBookRefusals: replay.refusals,
      citationExamples: replay.examples,
      suites: AtlasCapabilities(world, split: .test, count: size.suiteItems).benchmarks
        .map(CapabilitySuite.init),
      heldOutDocuments: Set(heldOut.map(\.id) + transfer.documents.map(\.id))
    )
  }

  private struct Rows {
    var instructions: [InstructionRow] = []
    var refusals: [InstructionRow] = []
    var examples: [InstructionRow] = []
  }

  /// Abilities to keep, unknown entities to decline, and citation rows with fresh facts.
  private static func replayRows(_ corpus: AtlasCorpus, count: Int) -> Rows {
    var rows = Rows()
    var index = 0
    // The citation rows lack restatements, an ability of the base model that must not be lost.
    let restatements = (0..<count / 2).map { corpus.baseRow(3_000_000_000 + $0, step: .max) }
      .filter { $0.kind == .restatement }
    rows.instructions += restatements.map {
      InstructionRow(prompt: $0.prompt, completion: $0.completion)
    }
    while index < count {
      let row = corpus.citationRow(index)
      index += 1
      let instruction = InstructionRow(prompt: row.prompt, completion: row.completion)
      switch row.kind {
      case .recall, .words, .location: rows.instructions.append(instruction)
      case .unknown: rows.refusals.append(instruction)
      case .answered, .declined: rows.examples.append(instruction)
      default: continue
      }
    }
    return rows
  }
}

extension Question {
  fileprivate init(_ question: AtlasQuestion) {
    self.init(
      id: question.id,
      text: question.question,
      answers: question.answerable ? question.answers : [],
      statement: question.fact.sentence,
      refusal: question.fact.relation.refusal(question.fact.entity),
      sources: question.sources,
      distractors: question.hardDistractors,
      group: question.group
    )
  }
}

extension Document {
  fileprivate init(_ document: AtlasDocument) {
    self.init(
      id: document.id,
      title: document.title,
      text: document.text,
      group: document.group
    )
  }
}

extension CapabilitySuite {
  fileprivate init(_ benchmark: AtlasBenchmark) {
    self.init(
      name: benchmark.name,
      summary: benchmark.summary,
      chance: benchmark.chance,
      items: benchmark.items.map {
        CapabilityItem(id: $0.id, prompt: $0.prompt, answer: $0.completion, group: $0.group)
      }
    )
  }
}
