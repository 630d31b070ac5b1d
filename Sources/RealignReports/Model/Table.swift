/// Rows and columns of text, some cells carrying a status.
public struct Table: Sendable, Equatable {
  /// How a column's text is set.
  public enum Alignment: Sendable {
    /// Text.
    case leading
    /// Numbers.
    case trailing
    /// Short marks.
    case center
  }

  /// What a cell says about a requirement.
  public enum Status: String, Sendable, CaseIterable {
    /// Nothing.
    case neutral
    /// The requirement is met.
    case pass
    /// The requirement is missed.
    case fail
    /// Not decided, or met with a reservation.
    case warn

    /// A mark that tells the status without colour; empty for neutral.
    var mark: String {
      switch self {
      case .neutral: ""
      case .pass: "✓"
      case .fail: "✗"
      case .warn: "!"
      }
    }
  }

  /// A heading with the alignment of its cells.
  public struct Column: Sendable, Equatable {
    /// Heading.
    public var title: String
    /// Alignment of heading and cells.
    public var alignment: Alignment

    /// Creates a column.
    public init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  /// One cell.
  public struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
    /// Text.
    public var text: String
    /// Status, shown as colour and mark.
    public var status: Status

    /// Creates a cell.
    public init(_ text: String, _ status: Status = .neutral) {
      self.text = text
      self.status = status
    }

    /// Creates a neutral cell.
    public init(stringLiteral value: String) { self.init(value) }
  }

  /// Columns from left to right.
  public var columns: [Column]
  /// Rows; each has as many cells as there are columns.
  public var rows: [[Cell]]
  /// A line of explanation, or empty.
  public var caption: String

  /// Creates a table; every row must have one cell a column.
  public init(columns: [Column], rows: [[Cell]], caption: String = "") {
    for row in rows {
      precondition(
        row.count == columns.count,
        "cells (\(row.count)) and columns (\(columns.count)) differ"
      )
    }
    self.columns = columns
    self.rows = rows
    self.caption = caption
  }
}
