/// A text that answers can be grounded in.
public struct Document: Sendable, Equatable {
  /// Its name within the knowledge base; unique, not empty.
  public let id: String
  /// Its title; may be empty.
  public let title: String
  /// Its whole text.
  public let text: String
  /// Where it comes from.
  public let url: String?
  /// The entity it is about; documents of one group stay in one part of a split.
  public let group: String?

  /// A document of the given parts.
  public init(id: String, title: String, text: String, url: String? = nil, group: String? = nil) {
    self.id = id
    self.title = title
    self.text = text
    self.url = url
    self.group = group
  }
}
