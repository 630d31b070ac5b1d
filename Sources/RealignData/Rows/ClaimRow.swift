import RealignText

/// A claim with what is known of its truth.
public struct ClaimRow: DataRow {
  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "{\"claim\",\"source\",\"factual\",\"citation\",\"url\"?,\"id\"?,\"group\"?}; source and "
    + "citation may be null"

  /// The claim.
  public let claim: String
  /// The text or the name of the source that bears on it.
  public let source: String?
  /// Whether it is true.
  public let factual: Bool
  /// How the source is cited.
  public let citation: String?
  /// Where the source is found.
  public let url: String?
  /// A name for the row.
  public let id: String?
  /// The entity the claim is about.
  public let group: String?

  /// A claim of the given parts.
  public init(
    claim: String,
    source: String?,
    factual: Bool,
    citation: String?,
    url: String? = nil,
    id: String? = nil,
    group: String? = nil
  ) {
    self.claim = claim
    self.source = source
    self.factual = factual
    self.citation = citation
    self.url = url
    self.id = id
    self.group = group
  }

  /// Reads a claim.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    claim = try reader.text("claim")
    factual = try reader.flag("factual")
    source = try reader.optionalText("source")
    citation = try reader.optionalText("citation")
    url = try reader.optionalText("url")
    id = try reader.optionalText("id")
    group = try reader.optionalText("group")
  }

  /// The row as it is written to a file; source and citation are null when there is none.
  public func toJSON() -> JSONValue {
    var object: JSONObject = [
      "claim": .string(claim), "source": source.map(JSONValue.string) ?? .null,
      "factual": .bool(factual), "citation": citation.map(JSONValue.string) ?? .null,
    ]
    object["url"] = url.map(JSONValue.string)
    object["id"] = id.map(JSONValue.string)
    object["group"] = group.map(JSONValue.string)
    return .object(object)
  }
}
