import Testing

@testable import RealignPipeline

@Suite struct AtlasWorldTests {
  private let size = AtlasWorld.Size(train: 200, dev: 60, test: 120)
  private let world: AtlasWorld

  init() { world = AtlasWorld(seed: 4, size: size) }

  @Test func familiesDoNotCrossSplitsAndNamesBelongToTheirSplit() {
    var splitOfFamily: [Int: AtlasSplit] = [:]
    for entry in world.entries {
      #expect(splitOfFamily[entry.family, default: entry.split] == entry.split)
      splitOfFamily[entry.family] = entry.split
      for word in AtlasNames.pieces(entry.fact.entity) {
        #expect(AtlasSplit.of(word: word) == entry.split)
      }
    }
  }

  @Test func everyEntityHasAllRelationsOfItsKindOnce() {
    let entities = Dictionary(grouping: world.entries, by: \.fact.entity)
    #expect(entities.count == 380)
    for entries in entities.values {
      let kind = entries[0].fact.relation.kind
      #expect(entries.map(\.fact.relationKey) == AtlasRelation.of(kind).map(\.key))
    }
  }

  @Test func knownEntitiesAreTrainingNamesOutsideTheDocumentedWorld() {
    let documented = Set(world.entries.map(\.fact.entity))
    #expect(world.known.entities.isDisjoint(with: documented))
    for entity in world.known.entities {
      #expect(AtlasNames.pieces(entity).allSatisfy { AtlasSplit.of(word: $0) == .train })
    }
    #expect(world.known.facts.count >= 300)
  }

  @Test func theSameSeedGivesTheSameWorld() {
    #expect(AtlasWorld(seed: 4, size: size).entries == world.entries)
    #expect(AtlasWorld(seed: 5, size: size).entries != world.entries)
  }
}
