import RealignCitations
import RealignNumerics

/// A question with a handful of freshly invented passages, one of which may answer it.
///
/// Distractors state another relation of the same entity, the same relation of a near-miss entity,
/// or something else altogether; the gold passage's position is uniform.
struct AtlasScene {
  /// The fact asked for; its value is stated by no passage when the scene is unanswerable.
  let fact: AtlasFact
  /// The facts that the passages state, in order.
  let stated: [AtlasFact]
  /// The passages: one sentence each.
  let passages: [String]
  /// Position of the passage that answers, or nil.
  let gold: Int?

  /// Draws a scene; the distractors of an `easy` one are other entities, mostly with the same
  /// relation, so that telling entities apart is learned first.
  init(_ names: inout AtlasNames, passages count: Int, answerable: Bool, easy: Bool = false) {
    let relation = names.pick(AtlasRelation.all)
    let fact = AtlasFact(relation, names.entity(relation.kind), names.value(relation.value))
    var stated: [AtlasFact] = []
    while stated.count < (answerable ? count - 1 : count) {
      let distractor = Self.distractor(for: fact, &names, easy: easy)
      let clash = stated.contains {
        $0.entity == distractor.entity && $0.relationKey == distractor.relationKey
      }
      if !clash { stated.append(distractor) }
    }
    if answerable { stated.append(fact) }
    let order = names.random.permutation(stated.count)
    self.fact = fact
    self.stated = order.map { stated[$0] }
    gold = answerable ? order.firstIndex(of: stated.count - 1) : nil
    passages = self.stated.map { $0.said(&names) }
  }

  private static func distractor(
    for fact: AtlasFact,
    _ names: inout AtlasNames,
    easy: Bool
  ) -> AtlasFact {
    let relation = fact.relation
    while true {
      let choice = easy ? 1 : names.random.uniform()
      let sameRelation = names.chance(easy ? 0.88 : 0.4)
      var other = relation
      var entity = fact.entity
      if choice < 0.35 {
        other = names.pick(AtlasRelation.of(relation.kind))
      } else if choice < 0.75 {
        entity = names.near(fact.entity)
        if names.chance(0.25) { other = names.pick(AtlasRelation.of(relation.kind)) }
      } else {
        if !sameRelation { other = names.pick(AtlasRelation.all) }
        entity = names.entity(other.kind)
      }
      if other == relation && entity == fact.entity { continue }
      return AtlasFact(other, entity, names.value(other.value))
    }
  }

  /// The scene as a prompt that asks a question.
  func prompt(_ question: String) -> String {
    GroundedPrompt.render(question: question, passages: passages)
  }
}
