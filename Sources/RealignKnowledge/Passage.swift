/// A piece of a document, small enough to be shown to a model.
public struct Passage: Sendable, Equatable {
  /// The document's id, `#` and the position of the passage in the document, from 1.
  public let id: String
  /// The id of the document it is from.
  public let documentID: String
  /// The title of that document.
  public let title: String
  /// The text: a substring of the document's.
  public let text: String
  /// Where the document comes from.
  public let url: String?

  /// A passage of the given parts.
  public init(id: String, documentID: String, title: String, text: String, url: String? = nil) {
    self.id = id
    self.documentID = documentID
    self.title = title
    self.text = text
    self.url = url
  }
}

/// A passage found for a query.
public struct RetrievedPassage: Sendable, Equatable {
  /// The passage.
  public let passage: Passage
  /// How well it matches: the BM25 score, higher is better.
  public let score: Double

  /// A passage with its score.
  public init(passage: Passage, score: Double) {
    self.passage = passage
    self.score = score
  }
}
