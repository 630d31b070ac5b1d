import RealignReports
import Testing

@Suite("HTML renderer") struct HTMLRendererTests {
  let html = HTMLRenderer.render(SampleReport.report)

  @Test("nothing hostile survives: no raw markup, control or bidirectional character")
  func escaped() {
    #expect(!html.contains("<b "))
    #expect(!html.contains("onload=\"x\""))
    #expect(!html.unicodeScalars.contains("\u{202E}"))
    #expect(!html.unicodeScalars.contains("\u{1B}"))
    #expect(html.contains("&lt;b onload=&quot;x&quot;&gt;&#39;&amp;⟨U+202E⟩␛[2J|*_`"))
  }

  @Test("the file is self-contained: a closed policy, no script, no reference outside")
  func selfContained() {
    #expect(
      html.contains(
        "http-equiv=\"Content-Security-Policy\" "
          + "content=\"default-src 'none'; style-src 'unsafe-inline'\""
      )
    )
    for forbidden in [
      "<script", "<link", "<img", "<iframe", "@import", "url(", "http://", "https://",
    ] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
  }

  @Test("tags are balanced")
  func balanced() {
    let void: Set<Substring> = ["meta", "!doctype"]
    var open: [Substring] = []
    var rest = html[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" }
      if tag.hasPrefix("/") {
        #expect(open.last == name)
        open.removeLast(open.isEmpty ? 0 : 1)
      } else if !tag.hasSuffix("/") && !void.contains(name) {
        open.append(name)
      }
    }
    #expect(open.isEmpty)
  }

  @Test("identifiers are unique and every chart is named and described")
  func identifiers() {
    let ids = html.split(separator: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(ids).count == ids.count)
    // Five charts in each of two sections: title, description, and a section id each.
    #expect(ids.count == 2 * 5 * 2 + 4)
    #expect(html.split(separator: "role=\"img\"").count - 1 == 10)
  }

  @Test("dark, light and print are styled, and four sections get a table of contents")
  func modes() {
    #expect(html.contains("@media (prefers-color-scheme: dark)"))
    #expect(html.contains("@media print"))
    #expect(html.contains("content=\"light dark\""))
    #expect(html.contains("<nav aria-label=\"Contents\">"))
    #expect(html.contains("href=\"#section-4\""))
    #expect(!HTMLRenderer.render(Report(title: "Short")).contains("<nav"))
  }

  @Test("a status has a mark besides its colour, hidden from screen readers")
  func status() {
    #expect(
      html.contains("<td class=\"center pass\"><span aria-hidden=\"true\">✓</span> PASS</td>")
    )
    #expect(
      html.contains("<td class=\"center fail\"><span aria-hidden=\"true\">✗</span> FAIL</td>")
    )
  }

  @Test("the same report gives the same bytes")
  func deterministic() {
    #expect(HTMLRenderer.render(SampleReport.report) == html)
  }
}
