/// Texts with marked spans, such as a question and its answers before and after training.
public struct HighlightedText: Sendable, Equatable {
  /// What a span is.
  public enum Mark: String, Sendable, CaseIterable {
    /// Ordinary text.
    case plain
    /// A reference to a source.
    case citation
    /// A statement that is wrong or unsupported.
    case wrong
    /// A statement that is right and supported.
    case correct
    /// An honest "I do not know".
    case refusal

    /// The word shown in the legend.
    var label: String {
      switch self {
      case .plain: ""
      case .citation: "citation"
      case .wrong: "wrong or unsupported"
      case .correct: "supported"
      case .refusal: "says it does not know"
      }
    }
  }

  /// A run of text with one mark.
  public struct Span: Sendable, Equatable {
    /// The text.
    public var text: String
    /// What it is.
    public var mark: Mark

    /// Creates a span.
    public init(_ text: String, _ mark: Mark = .plain) {
      self.text = text
      self.mark = mark
    }
  }

  /// One text with a label in front.
  public struct Line: Sendable, Equatable {
    /// Who speaks: "Question", "Before", "After".
    public var label: String
    /// The text.
    public var spans: [Span]

    /// Creates a line.
    public init(_ label: String, _ spans: [Span]) {
      self.label = label
      self.spans = spans
    }
  }

  /// Heading of the example, or empty.
  public var title: String
  /// Texts from top to bottom.
  public var lines: [Line]

  /// Creates an example.
  public init(title: String = "", lines: [Line]) {
    self.title = title
    self.lines = lines
  }
}
