import Foundation
import RealignData
import RealignKnowledge
import RealignText

/// The user's own documents, questions and instructions in the shape that every run reads.
enum UserData {
  /// Reads and splits the configured files; nothing is written.
  ///
  /// - Throws: `InputError` with file and line of the first bad row, or naming what is missing.
  static func load(_ configuration: RunConfiguration) throws -> RunData {
    let settings = configuration.data
    guard !settings.knowledge.isEmpty, !settings.questions.isEmpty else {
      throw InputError(
        .badConfiguration,
        "a run on your own model needs documents and questions",
        field: settings.knowledge.isEmpty ? "knowledge" : "questions",
        found: "nothing",
        hint: "realign init writes a configuration with every setting explained"
      )
    }
    let documents = try Documents.load(paths: settings.knowledge)
    let questions = try settings.questions.flatMap { try QuestionRow.read($0) }
      .map(Question.init(row:))
    let shares = configuration.collect
    let parts = try EntitySplit(
      seed: configuration.seed,
      train: 1 - shares.devFraction - shares.testFraction,
      dev: shares.devFraction,
      test: shares.testFraction
    ).divide(questions) { $0.group }
    let heldOut = parts.dev + parts.test
    let training = Set(parts.train.flatMap(\.sources))
    return RunData(
      name: "your data",
      documents: documents,
      train: parts.train,
      development: parts.dev,
      test: parts.test,
      transfer: [],
      instructions: try instructions(settings.instructions),
      closedBookRefusals: [],
      citationExamples: [],
      suites: try suites(configuration.evaluate.suites),
      heldOutDocuments: Set(heldOut.flatMap(\.sources)).subtracting(training)
    )
  }

  private static func instructions(_ files: [String]) throws -> [InstructionRow] {
    try files.flatMap { file in
      try SFTRow.read(file).map {
        InstructionRow(
          prompt: $0.prompt?.plainText ?? "",
          completion: $0.completion.plainText
        )
      }
    }
  }

  /// A capability suite is a file of prompt-completion rows; the file's name names it.
  static func suites(_ files: [String]) throws -> [CapabilitySuite] {
    try files.map { file in
      let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      let items = try SFTRow.read(file).enumerated().map { index, row in
        CapabilityItem(
          id: row.id ?? "\(index + 1)",
          prompt: row.prompt?.plainText ?? "",
          answer: row.completion.plainText,
          group: row.group ?? row.id ?? "\(index + 1)"
        )
      }
      return CapabilitySuite(name: name, summary: file, chance: 0, items: items)
    }
  }
}
