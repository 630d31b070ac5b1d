import RealignNumerics

/// The fixed, documented world: entities in families of near misses, and what is known of them.
///
/// A family is a handful of entities of one kind whose names differ in one word or syllable. Every
/// relation of every entity has a value; documents state about six in ten of them, and the rest are
/// the unanswerable questions. Splits are by name, and families do not cross them.
public struct AtlasWorld: Sendable {
  /// How many entities each split has.
  public struct Size: Sendable, Equatable {
    /// Entities for training rows.
    public var train: Int
    /// Entities for choosing thresholds and checkpoints.
    public var dev: Int
    /// Entities for the final figures.
    public var test: Int

    /// Sizes of the three splits.
    public init(train: Int = 1600, dev: Int = 240, test: Int = 640) {
      self.train = train
      self.dev = dev
      self.test = test
    }

    func count(_ split: AtlasSplit) -> Int {
      switch split {
      case .train: train
      case .dev: dev
      case .test: test
      }
    }
  }

  /// One value of one entity, documented or withheld.
  public struct Entry: Sendable, Equatable {
    /// The fact.
    public let fact: AtlasFact
    /// The split of its names.
    public let split: AtlasSplit
    /// The family of its entity, unique over the splits.
    public let family: Int
    /// Whether a document states it.
    public let documented: Bool
  }

  /// The seed of everything drawn.
  public let seed: UInt64
  /// All values, by split, family and entity.
  public let entries: [Entry]
  /// The facts that the base model learns by heart.
  public let known: AtlasKnownWorld

  /// Share of the values that a document states.
  static let documentedShare = 0.6

  /// The world of a seed.
  public init(seed: UInt64, size: Size = Size()) {
    self.seed = seed
    let known = AtlasKnownWorld(seed: seed)
    var taken = known.entities
    var entries: [Entry] = []
    var family = 0
    for split in AtlasSplit.allCases {
      var names = AtlasNames(
        random: RandomStream(seed: seed, name: "atlas.world.\(split.rawValue)"),
        split: split
      )
      var count = 0
      while count < size.count(split) {
        let kind = AtlasKind.allCases[family % AtlasKind.allCases.count]
        let members = Self.family(of: kind, &names, &taken, limit: size.count(split) - count)
        for entity in members {
          entries += Self.entries(entity, kind, split, family, &names)
        }
        count += members.count
        family += 1
      }
    }
    self.entries = entries
    self.known = known
  }

  /// The values of one split.
  public func entries(of split: AtlasSplit) -> [Entry] {
    entries.filter { $0.split == split }
  }

  private static func family(
    of kind: AtlasKind,
    _ names: inout AtlasNames,
    _ taken: inout Set<String>,
    limit: Int
  ) -> [String] {
    var members: [String] = []
    let target = min(limit, names.whole(2...4))
    while members.count < target {
      let name = members.first.map { names.near($0) } ?? names.entity(kind)
      if taken.insert(name).inserted { members.append(name) }
    }
    return members
  }

  private static func entries(
    _ entity: String,
    _ kind: AtlasKind,
    _ split: AtlasSplit,
    _ family: Int,
    _ names: inout AtlasNames
  ) -> [Entry] {
    AtlasRelation.of(kind).map { relation in
      Entry(
        fact: AtlasFact(relation, entity, names.value(relation.value)),
        split: split,
        family: family,
        documented: names.chance(documentedShare)
      )
    }
  }
}
