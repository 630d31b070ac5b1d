/// A report as plain values: what it says, not how it looks.
///
/// Renderers: ``HTMLRenderer``, ``MarkdownRenderer``, ``TextRenderer``. All text is untrusted and
/// is escaped by the renderers; nothing here is markup.
public struct Report: Sendable, Equatable {
  /// Heading of the whole report.
  public var title: String
  /// One line under the title: run, date, decision.
  public var subtitle: String
  /// Sections in reading order.
  public var sections: [Section]

  /// Creates a report.
  public init(title: String, subtitle: String = "", sections: [Section] = []) {
    self.title = title
    self.subtitle = subtitle
    self.sections = sections
  }
}

/// A titled part of a report.
public struct Section: Sendable, Equatable {
  /// Heading.
  public var title: String
  /// Content in reading order.
  public var blocks: [Block]

  /// Creates a section.
  public init(_ title: String, blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }
}

/// One piece of content.
public enum Block: Sendable, Equatable {
  /// Running text; blank lines separate paragraphs.
  case paragraph(String)
  /// Names and values, such as the facts of a run.
  case keyValues([KeyValue])
  /// Rows and columns.
  case table(Table)
  /// Curves over a common axis.
  case lineChart(LineChart)
  /// Horizontal bars by category.
  case barChart(BarChart)
  /// Recall against false-positive rate.
  case rocChart(ROCChart)
  /// Accuracy against stated confidence.
  case reliabilityDiagram(ReliabilityDiagram)
  /// Counts of values by interval.
  case histogram(Histogram)
  /// Texts with marked passages, such as an answer before and after.
  case highlightedText(HighlightedText)
  /// Preformatted text.
  case code(String)
  /// A bulleted or numbered list.
  case list([String], ordered: Bool = false)
}

/// A name with its value.
public struct KeyValue: Sendable, Equatable {
  /// What it is.
  public var key: String
  /// Its value, formatted.
  public var value: String

  /// Creates a pair.
  public init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}
