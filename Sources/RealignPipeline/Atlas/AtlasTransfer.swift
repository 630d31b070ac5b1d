import RealignNumerics

/// Real-world facts that use the relations of Atlas but none of its entities.
///
/// No real name of the table occurs in any training text, so answering from passages about them
/// shows that the trained behaviour carries over to names the model never met. Half of the facts
/// are stated in documents; the other half are asked although nothing states them.
public struct AtlasTransfer: Sendable {
  /// One document per stated fact.
  public let documents: [AtlasDocument]
  /// One question per fact: answerable where a document states it.
  public let questions: [AtlasQuestion]

  /// All real facts, in table order.
  public static let facts: [AtlasFact] = tables.flatMap { table in
    table.rows.split(separator: "\n").flatMap { row in
      let fields = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      return zip(table.relations, fields.dropFirst()).compactMap { key, value in
        value.isEmpty ? nil : AtlasFact(key, fields[0], value)
      }
    }
  }
}

extension AtlasTransfer {
  /// Documents and questions of the table; the seed chooses what is withheld and every wording.
  public init(seed: UInt64) {
    var names = AtlasNames(
      random: RandomStream(seed: seed, name: "atlas.transfer"),
      split: .test
    )
    let stated = Set(names.random.permutation(Self.facts.count).prefix(Self.facts.count / 2))
    var documents: [AtlasDocument] = []
    for (number, fact) in Self.facts.enumerated() where stated.contains(number) {
      documents.append(
        AtlasDocument(
          id: "real-\(padded(number))",
          title: fact.entity,
          text: fact.said(&names),
          group: fact.relation.kind.rawValue,
          fact: fact
        )
      )
    }
    let index = DistractorIndex(documents)
    let questions = Self.facts.map { fact in
      index.question(
        fact,
        fact.asked(&names),
        group: fact.relation.kind.rawValue,
        split: nil
      )
    }
    self.documents = documents
    self.questions = AtlasQuestions.balanced(questions, &names, prefix: "real")
      .map { $0.grouped(by: $0.fact.entity) }
  }
}

extension AtlasQuestion {
  fileprivate func grouped(by group: String) -> AtlasQuestion {
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
