/// A report as one HTML file that needs nothing else: no script, no font, no network.
///
/// A content security policy forbids everything but the inline style sheet, so that nothing a
/// model wrote can load or run anything. Charts are inline SVG with titles and descriptions;
/// colours follow the reader's light or dark preference; a print style is included.
public enum HTMLRenderer {
  /// The complete document.
  public static func render(_ report: Report) -> String {
    var page = Page()
    let sections = report.sections.enumerated().map { page.section($0.element, number: $0.offset) }
    let subtitle =
      report.subtitle.isEmpty
      ? "" : "<p class=\"subtitle\">\(Escape.html(report.subtitle))</p>\n"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'">
      <meta name="referrer" content="no-referrer">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(Escape.html(report.title))</title>
      <style>
      \(StyleSheet.text)
      </style>
      </head>
      <body>
      <main>
      <header>
      <h1>\(Escape.html(report.title))</h1>
      \(subtitle)</header>
      \(contents(report))\(sections.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  /// Links to the sections, for reports long enough to need them.
  private static func contents(_ report: Report) -> String {
    guard report.sections.count > 3 else { return "" }
    let links = report.sections.enumerated().map { index, section in
      "<li><a href=\"#section-\(index + 1)\">\(Escape.html(section.title))</a></li>"
    }
    return "<nav aria-label=\"Contents\"><ol>\(links.joined())</ol></nav>\n"
  }
}

/// The document under construction: numbers charts so that their identifiers are unique.
private struct Page {
  private var charts = 0

  mutating func section(_ section: Section, number: Int) -> String {
    let blocks = section.blocks.map { block($0) }.joined(separator: "\n")
    return """
      <section id="section-\(number + 1)">
      <h2>\(Escape.html(section.title))</h2>
      \(blocks)
      </section>
      """
  }

  private mutating func block(_ block: Block) -> String {
    switch block {
    case .paragraph(let text): paragraphs(text)
    case .keyValues(let pairs): keyValues(pairs)
    case .table(let table): self.table(table)
    case .lineChart(let chart): figure { chart.rendered(id: $0) }
    case .barChart(let chart): figure { chart.rendered(id: $0) }
    case .rocChart(let chart): figure { chart.rendered(id: $0) }
    case .reliabilityDiagram(let chart): figure { chart.rendered(id: $0) }
    case .histogram(let chart): figure { chart.rendered(id: $0) }
    case .highlightedText(let text): highlighted(text)
    case .code(let text): "<pre><code>\(Escape.html(text))</code></pre>"
    case .list(let items, let ordered): list(items, ordered: ordered)
    }
  }

  private func paragraphs(_ text: String) -> String {
    text.split(separator: "\n\n").map { "<p>\(Escape.html(String($0)))</p>" }
      .joined(separator: "\n")
  }

  private func keyValues(_ pairs: [KeyValue]) -> String {
    let rows = pairs.map {
      "<div><dt>\(Escape.html($0.key))</dt><dd>\(Escape.html($0.value))</dd></div>"
    }
    return "<dl>\(rows.joined())</dl>"
  }

  private func table(_ table: Table) -> String {
    func style(_ column: Table.Column, _ status: Table.Status = .neutral) -> String {
      var classes: [String] = []
      if column.alignment == .trailing { classes.append("number") }
      if column.alignment == .center { classes.append("center") }
      if status != .neutral { classes.append(status.rawValue) }
      return classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    }
    let head = table.columns.map {
      "<th scope=\"col\"\(style($0))>\(Escape.html($0.title))</th>"
    }
    let rows = table.rows.map { row in
      let cells = zip(table.columns, row).map { column, cell in
        let mark =
          cell.status.mark.isEmpty ? "" : "<span aria-hidden=\"true\">\(cell.status.mark)</span> "
        return "<td\(style(column, cell.status))>\(mark)\(Escape.html(cell.text))</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let caption = table.caption.isEmpty ? "" : "<caption>\(Escape.html(table.caption))</caption>"
    return """
      <div class="wide" tabindex="0" role="group"><table>\(caption)
      <thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  private mutating func figure(_ draw: (String) -> RenderedChart) -> String {
    charts += 1
    let chart = draw("chart-\(charts)")
    let entries = chart.legend.enumerated().map { index, name -> String in
      let swatch =
        chart.isFilled
        ? "<rect class=\"bar s\(index % 6 + 1)\" width=\"10\" height=\"10\"/>"
        : "<path class=\"line s\(index % 6 + 1)\" d=\"M1 5L25 5\"/>"
      let box = chart.isFilled ? "0 0 10 10" : "0 0 26 10"
      return "<li><svg viewBox=\"\(box)\" aria-hidden=\"true\">\(swatch)</svg>"
        + "\(Escape.html(name))</li>"
    }
    let legend = entries.isEmpty ? "" : "<ul class=\"legend\">\(entries.joined())</ul>\n"
    return """
      <figure>
      <figcaption>\(Escape.html(chart.title))</figcaption>
      \(legend)\(chart.svg)
      </figure>
      """
  }

  private func highlighted(_ text: HighlightedText) -> String {
    let title = text.title.isEmpty ? "" : "<h3>\(Escape.html(text.title))</h3>\n"
    let lines = text.lines.map { line in
      let spans = line.spans.map { span -> String in
        guard span.mark != .plain else { return Escape.html(span.text) }
        // Spaces around the marked words stay outside the coloured box.
        let (lead, body, tail) = Escape.trimmed(span.text)
        return lead + "<mark class=\"\(span.mark.rawValue)\" title=\"\(span.mark.label)\">"
          + "\(Escape.html(body))</mark>" + tail
      }
      return "<dt>\(Escape.html(line.label))</dt><dd>\(spans.joined())</dd>"
    }
    let used = HighlightedText.Mark.allCases.filter { mark in
      mark != .plain && text.lines.contains { $0.spans.contains { $0.mark == mark } }
    }
    let keys = used.map { "<li><mark class=\"\($0.rawValue)\">\($0.label)</mark></li>" }
    let legend = keys.isEmpty ? "" : "\n<ul class=\"legend\">\(keys.joined())</ul>"
    return "<div class=\"example\">\n\(title)<dl>\(lines.joined())</dl>\(legend)\n</div>"
  }

  private func list(_ items: [String], ordered: Bool) -> String {
    let tag = ordered ? "ol" : "ul"
    return "<\(tag)>\(items.map { "<li>\(Escape.html($0))</li>" }.joined())</\(tag)>"
  }
}
