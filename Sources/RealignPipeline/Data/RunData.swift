import RealignKnowledge
import RealignModels

/// One item of a capability benchmark, answered greedily and compared exactly.
public struct CapabilityItem: Sendable, Equatable {
  /// Unique within the benchmark.
  public var id: String
  /// What the model reads.
  public var prompt: String
  /// What it must answer.
  public var answer: String
  /// Items that stand or fall together.
  public var group: String

  /// Creates an item.
  public init(id: String, prompt: String, answer: String, group: String) {
    self.id = id
    self.prompt = prompt
    self.answer = answer
    self.group = group
  }
}

/// A benchmark that alignment must not break.
public struct CapabilitySuite: Sendable, Equatable {
  /// Its name in reports.
  public var name: String
  /// What it measures.
  public var summary: String
  /// Share that a model without the ability gets right.
  public var chance: Double
  /// The items.
  public var items: [CapabilityItem]

  /// Creates a suite.
  public init(name: String, summary: String, chance: Double, items: [CapabilityItem]) {
    self.name = name
    self.summary = summary
    self.chance = chance
    self.items = items
  }
}

/// A prompt and its wanted completion, with weights for parts of the completion.
public struct InstructionRow: Sendable, Equatable {
  /// What the model reads.
  public var prompt: String
  /// What it is to write.
  public var completion: String

  /// Creates a row.
  public init(prompt: String, completion: String) {
    self.prompt = prompt
    self.completion = completion
  }
}

/// Everything a run reads: questions by split, documents, capability suites, replay.
public struct RunData: Sendable {
  /// A short name of the data for reports.
  public var name: String
  /// Documents of the knowledge base, all splits.
  public var documents: [Document]
  /// Questions to train on.
  public var train: [Question]
  /// Questions to tune, select and calibrate on.
  public var development: [Question]
  /// Questions of the final test; nothing else ever reads them.
  public var test: [Question]
  /// Questions about entities of another world, reported beside the test.
  public var transfer: [Question]
  /// Rows of stage 1, and the replay that keeps abilities in later stages.
  public var instructions: [InstructionRow]
  /// Rows that teach to decline without passages; empty when there are none.
  public var closedBookRefusals: [InstructionRow]
  /// Cited answers and refusals over passages made for the purpose, where the data have some.
  public var citationExamples: [InstructionRow]
  /// Benchmarks of retention.
  public var suites: [CapabilitySuite]
  /// Documents that may not be shown in training prompts.
  public var heldOutDocuments: Set<String>

  /// Groups that occur both in training questions and in held-out ones; must be empty.
  public var leakedGroups: [String] {
    let training = Set(train.map(\.group))
    return Set((development + test).map(\.group)).intersection(training).sorted()
  }
}
