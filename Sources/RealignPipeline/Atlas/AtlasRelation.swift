/// One relation of the Atlas world: its wording in passages, in questions and in answers.
///
/// Every relation shares one canonical sentence frame, `The <noun> of <entity> is <value>.`, which
/// is also the form of every answer. An answer thus restates its key before its value, and a
/// refusal differs from an answer in the single word that follows `is`.
public struct AtlasRelation: Sendable, Equatable {
  /// Identifier, lower-case letters only, unique in the table.
  public let key: String
  /// What the relation is called in the canonical sentence, such as `birth year`.
  public let noun: String
  /// Which entities carry the relation.
  public let kind: AtlasKind
  /// How values of the relation look.
  public let value: AtlasValueKind
  /// Sentence patterns with `{e}` (entity), `{v}` (value) and `{n}` (noun); the first is canonical.
  public let statements: [String]
  /// Question patterns with `{e}` and `{n}`.
  public let questions: [String]

  init(
    _ key: String,
    _ noun: String,
    of kind: AtlasKind,
    _ value: AtlasValueKind,
    said statements: [String],
    asked questions: [String]
  ) {
    self.key = key
    self.noun = noun
    self.kind = kind
    self.value = value
    self.statements = [Self.canonicalFrame] + statements + ["For {e}, the {n} is {v}."]
    self.questions =
      ["What is the {n} of {e}?", "Name the {n} of {e}.", "Tell me the {n} of {e}."] + questions
  }

  static let canonicalFrame = "The {n} of {e} is {v}."

  /// The canonical sentence for an entity and a value.
  public func sentence(_ entity: String, _ value: String) -> String {
    fill(Self.canonicalFrame, entity, value)
  }

  /// The start of every answer and refusal about an entity, up to and including `is`.
  public func key(of entity: String) -> String {
    "The \(noun) of \(entity) is"
  }

  /// The sentence that declines to answer: the key, then `not stated.`.
  public func refusal(_ entity: String) -> String {
    key(of: entity) + " not stated."
  }

  /// A pattern with its placeholders replaced.
  public func fill(_ pattern: String, _ entity: String, _ value: String = "") -> String {
    var text = ""
    var rest = Substring(pattern)
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      rest = rest[rest.index(after: open)...]
      switch rest.first {
      case "n": text += noun
      case "e": text += entity
      default: text += value
      }
      rest = rest.dropFirst(2)
    }
    return text + rest
  }

  /// The relation with an identifier, or nil.
  public static func named(_ key: String) -> AtlasRelation? {
    all.first { $0.key == key }
  }

  /// The relations that entities of a kind carry, in table order.
  public static func of(_ kind: AtlasKind) -> [AtlasRelation] {
    all.filter { $0.kind == kind }
  }
}

/// The kinds of Atlas entities.
public enum AtlasKind: String, Sendable, CaseIterable {
  case person, country, element, planet, river, mountain, book, company
}

/// The forms that Atlas values take.
public enum AtlasValueKind: String, Sendable, CaseIterable {
  /// A generated name of one or two words.
  case place
  /// A generated personal name, mostly of two words.
  case person
  /// A generated company name.
  case company
  /// A lower-case trade, generated or from a list.
  case trade
  /// A currency, lower-case, sometimes after a capitalised word.
  case currency
  /// A language, one capitalised word.
  case language
  /// A year from 1000 to 2025.
  case year
  /// A whole number from 1 to 999.
  case number
  /// A whole number from 1 to 19.
  case smallNumber
  /// A whole number of kilometres.
  case kilometres
  /// A whole number of metres.
  case metres
  /// A chemical symbol: one or two letters.
  case symbol
}
