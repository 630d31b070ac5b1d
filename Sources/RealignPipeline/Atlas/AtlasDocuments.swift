import RealignNumerics

/// One document of the Atlas knowledge base: a single sentence that states a single fact.
public struct AtlasDocument: Sendable, Equatable {
  /// Unique identifier, such as `atlas-test-0042`.
  public let id: String
  /// The entity's name.
  public let title: String
  /// One sentence.
  public let text: String
  /// The family of the entity, the unit of splits and of clustered intervals.
  public let group: String
  /// What the sentence states.
  public let fact: AtlasFact
}

/// The knowledge base of an Atlas world: one document per documented value, in one of the
/// relation's wordings.
public struct AtlasDocuments: Sendable {
  /// The documents in world order: training, development, test.
  public let all: [AtlasDocument]

  /// The documents of a world.
  public init(_ world: AtlasWorld) {
    var documents: [AtlasDocument] = []
    for split in AtlasSplit.allCases {
      var names = AtlasNames(
        random: RandomStream(seed: world.seed, name: "atlas.documents.\(split.rawValue)"),
        split: split
      )
      let stated = world.entries(of: split).filter(\.documented)
      for (number, entry) in stated.enumerated() {
        documents.append(
          AtlasDocument(
            id: "atlas-\(split.rawValue)-\(padded(number))",
            title: entry.fact.entity,
            text: entry.fact.said(&names),
            group: "family-\(entry.family)",
            fact: entry.fact
          )
        )
      }
    }
    all = documents
  }
}

/// A number with leading zeros, four digits or more.
func padded(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
