import RealignNumerics

/// One statement of the Atlas world: an entity, a relation and a value.
public struct AtlasFact: Sendable, Equatable {
  /// The relation's identifier.
  public let relationKey: String
  /// The subject's name.
  public let entity: String
  /// The object: a name, number or word.
  public let value: String

  /// A fact; the relation must be in the table.
  public init(_ relationKey: String, _ entity: String, _ value: String) {
    self.relationKey = relationKey
    self.entity = entity
    self.value = value
  }

  init(_ relation: AtlasRelation, _ entity: String, _ value: String) {
    self.init(relation.key, entity, value)
  }

  /// The relation.
  public var relation: AtlasRelation {
    guard let relation = AtlasRelation.named(relationKey) else {
      preconditionFailure("Atlas has no relation \(relationKey)")
    }
    return relation
  }

  /// The canonical sentence.
  public var sentence: String { relation.sentence(entity, value) }

  /// The sentence in one of its relation's wordings.
  func said(_ names: inout AtlasNames) -> String {
    let relation = relation
    return relation.fill(names.pick(relation.statements), entity, value)
  }

  /// A question for the value in one of its relation's wordings.
  func asked(_ names: inout AtlasNames) -> String {
    let relation = relation
    return relation.fill(names.pick(relation.questions), entity)
  }
}
