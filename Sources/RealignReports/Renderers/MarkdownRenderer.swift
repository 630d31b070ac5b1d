/// A report as Markdown (CommonMark with tables), for the model card.
///
/// Charts become tables of their figures. Text is escaped so that none of it is read as markup.
public enum MarkdownRenderer {
  /// The complete document; headings start at `level` (1 for a file, 2 inside a model card).
  public static func render(_ report: Report, level: Int = 1) -> String {
    precondition((1...4).contains(level), "heading level \(level) is outside 1...4")
    var parts = [heading(report.title, level)]
    if !report.subtitle.isEmpty { parts.append(Escape.markdown(report.subtitle)) }
    for section in report.sections {
      parts.append(heading(section.title, level + 1))
      parts += section.blocks.map { block($0, level: level + 2) }
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func heading(_ text: String, _ level: Int) -> String {
    String(repeating: "#", count: level) + " " + Escape.markdown(text)
  }

  private static func block(_ block: Block, level: Int) -> String {
    switch block {
    case .paragraph(let text):
      return text.split(separator: "\n\n").map { Escape.markdown(String($0)) }
        .joined(separator: "\n\n")
    case .keyValues(let pairs):
      return pairs.map { "- **\(Escape.markdown($0.key))**: \(Escape.markdown($0.value))" }
        .joined(separator: "\n")
    case .table(let table):
      return self.table(table)
    case .highlightedText(let text):
      return highlighted(text, level: level)
    case .code(let text):
      return code(text)
    case .list(let items, let ordered):
      return items.enumerated().map { index, item in
        "\(ordered ? "\(index + 1)." : "-") \(Escape.markdown(item))"
      }.joined(separator: "\n")
    case .lineChart, .barChart, .rocChart, .reliabilityDiagram, .histogram:
      guard let chart = ChartTable.table(block) else { return "" }
      return heading(chart.title, level) + "\n\n" + self.table(chart.table)
    }
  }

  private static func table(_ table: Table) -> String {
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rules = table.columns.map { column in
      switch column.alignment {
      case .leading: "---"
      case .trailing: "---:"
      case .center: ":---:"
      }
    }
    let rows = table.rows.map { cells in
      row(
        cells.map { cell in
          let mark = cell.status.mark.replacing("!", with: "\\!")
          return (mark.isEmpty ? "" : mark + " ") + Escape.markdown(cell.text)
        }
      )
    }
    let lines = [row(table.columns.map { Escape.markdown($0.title) }), row(rules)] + rows
    let caption = table.caption.isEmpty ? "" : "\n\n" + Escape.markdown(table.caption)
    return lines.joined(separator: "\n") + caption
  }

  private static func highlighted(_ text: HighlightedText, level: Int) -> String {
    let lines = text.lines.map { line in
      let spans = line.spans.map { span -> String in
        let (lead, body, tail) = Escape.trimmed(Escape.oneLine(span.text))
        guard !body.isEmpty, span.mark != .plain else { return inline(lead + body + tail) }
        let escaped = inline(body)
        switch span.mark {
        case .wrong: return lead + "~~\(escaped)~~" + tail
        case .correct: return lead + "**\(escaped)**" + tail
        case .refusal: return lead + "_\(escaped)_" + tail
        case .citation, .plain: return lead + escaped + tail
        }
      }
      return "> **\(Escape.markdown(line.label)):** \(spans.joined())"
    }
    let title = text.title.isEmpty ? "" : heading(text.title, level) + "\n\n"
    return title + lines.joined(separator: "\n>\n")
  }

  /// Escapes text inside a line, where surrounding spaces matter.
  private static func inline(_ text: String) -> String {
    let (lead, body, tail) = Escape.trimmed(text)
    return lead + Escape.markdown(body) + tail
  }

  /// A fence longer than any run of backticks inside.
  private static func code(_ text: String) -> String {
    var longest = 2
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return fence + "\n" + Escape.plain(text) + (text.hasSuffix("\n") ? "" : "\n") + fence
  }
}
