import RealignNumerics

/// The few hundred fixed facts that the base model learns by heart and must not forget.
public struct AtlasKnownWorld: Sendable {
  /// The facts, grouped by entity.
  public let facts: [AtlasFact]
  /// The entities that have facts.
  public let entities: Set<String>

  /// The known world of a seed: `count` entities, kinds in turn, with up to four facts each.
  public init(seed: UInt64, entities count: Int = 120) {
    var names = AtlasNames(
      random: RandomStream(seed: seed, name: "atlas.known"),
      split: .train
    )
    var facts: [AtlasFact] = []
    var entities: Set<String> = []
    while entities.count < count {
      let kind = AtlasKind.allCases[entities.count % AtlasKind.allCases.count]
      let entity = names.entity(kind)
      if !entities.insert(entity).inserted { continue }
      for relation in AtlasRelation.of(kind).prefix(4) {
        facts.append(AtlasFact(relation, entity, names.value(relation.value)))
      }
    }
    self.facts = facts
    self.entities = entities
  }
}
