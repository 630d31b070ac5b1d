/// A report as plain text for a terminal or a log.
///
/// Charts become tables of their figures with a small outline of the curve. Control characters in
/// the text are shown, not obeyed.
public enum TextRenderer {
  /// The complete text, wrapped at `width` columns except for tables that need more.
  public static func render(_ report: Report, width: Int = 80) -> String {
    var parts = [Escape.plain(report.title)]
    if !report.subtitle.isEmpty { parts[0] += "\n" + Escape.plain(report.subtitle) }
    for section in report.sections {
      let title = Escape.oneLine(Escape.plain(section.title))
      parts.append(title + "\n" + String(repeating: "─", count: max(1, min(width, title.count))))
      parts += section.blocks.map { block($0, width: width) }
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func block(_ block: Block, width: Int) -> String {
    switch block {
    case .paragraph(let text):
      return text.split(separator: "\n\n").map { wrapped(String($0), width: width) }
        .joined(separator: "\n\n")
    case .keyValues(let pairs):
      let longest = pairs.map { plain($0.key).count }.max() ?? 0
      return pairs.map { pair in
        let lead = padded(plain(pair.key), longest, .leading) + "  "
        return lead
          + wrapped(pair.value, width: width, indent: lead.count).dropFirst(lead.count)
      }.joined(separator: "\n")
    case .table(let table):
      return self.table(table, width: width)
    case .highlightedText(let text):
      return highlighted(text, width: width)
    case .code(let text):
      return Escape.plain(text).split(separator: "\n", omittingEmptySubsequences: false)
        .map { "    " + $0 }.joined(separator: "\n")
    case .list(let items, let ordered):
      return items.enumerated().map { index, item in
        let mark = ordered ? "\(index + 1). " : "• "
        return mark + wrapped(item, width: width, indent: mark.count).dropFirst(mark.count)
      }.joined(separator: "\n")
    case .lineChart, .barChart, .rocChart, .reliabilityDiagram, .histogram:
      guard let chart = ChartTable.table(block) else { return "" }
      return plain(chart.title) + "\n" + self.table(chart.table, width: width)
    }
  }

  private static func table(_ table: Table, width: Int) -> String {
    let texts = table.rows.map { row in
      row.map { ($0.status.mark.isEmpty ? "" : $0.status.mark + " ") + plain($0.text) }
    }
    let widths = table.columns.enumerated().map { index, column in
      max(plain(column.title).count, texts.map { $0[index].count }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, zip(widths, table.columns)).map { text, shape in
        self.padded(text, shape.0, shape.1.alignment)
      }
      var line = padded.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    let caption = table.caption.isEmpty ? [] : [wrapped(table.caption, width: width)]
    return ([line(table.columns.map { plain($0.title) }), rule] + texts.map(line) + caption)
      .joined(separator: "\n")
  }

  private static func highlighted(_ text: HighlightedText, width: Int) -> String {
    let longest = text.lines.map { plain($0.label).count }.max() ?? 0
    let lines = text.lines.map { line -> String in
      let body = line.spans.map { span in
        switch span.mark {
        case .wrong: "{wrong: \(span.text)}"
        case .correct: "{supported: \(span.text)}"
        case .plain, .citation, .refusal: span.text
        }
      }
      let lead = padded(plain(line.label), longest, .leading) + "  "
      return lead
        + wrapped(body.joined(), width: width, indent: lead.count).dropFirst(lead.count)
    }
    return ((text.title.isEmpty ? [] : [plain(text.title)]) + lines).joined(separator: "\n")
  }

  private static func plain(_ text: String) -> String { Escape.plain(Escape.oneLine(text)) }

  private static func padded(_ text: String, _ width: Int, _ alignment: Table.Alignment) -> String {
    let room = max(0, width - text.count)
    let left =
      switch alignment {
      case .leading: 0
      case .trailing: room
      case .center: room / 2
      }
    return String(repeating: " ", count: left) + text
      + String(repeating: " ", count: room - left)
  }

  /// Breaks text at spaces; every line starts with `indent` spaces.
  private static func wrapped(_ text: String, width: Int, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in plain(text).split(separator: " ") {
      if !line.isEmpty && indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [margin + line]).joined(separator: "\n")
  }
}
