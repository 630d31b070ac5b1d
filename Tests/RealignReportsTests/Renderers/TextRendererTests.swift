import RealignReports
import Testing

@Suite("Text renderer") struct TextRendererTests {
  @Test("a small report is exactly this")
  func golden() {
    let report = Report(
      title: "Run 7",
      subtitle: "DEPLOY",
      sections: [
        Section(
          "Gates",
          blocks: [
            .keyValues([KeyValue("seed", "17"), KeyValue("model", "a b c d e f g h i j k l m")]),
            .table(
              Table(
                columns: [.init("gate"), .init("value", .trailing)],
                rows: [["a", .init("0.95", .pass)], ["long name", "1"]],
                caption: "n = 10"
              )
            ),
            .highlightedText(
              HighlightedText(lines: [.init("After", [.init("Rome", .correct), .init(" [1]")])])
            ),
          ]
        )
      ]
    )
    let expected = """
      Run 7
      DEPLOY

      Gates
      ─────

      seed   17
      model  a b c d e f g h i
             j k l m

      gate        value
      ─────────  ──────
      a          ✓ 0.95
      long name       1
      n = 10

      After  {supported: Rome}
             [1]

      """
    #expect(TextRenderer.render(report, width: 24) == expected)
  }

  @Test("terminal controls in the text are shown, never obeyed")
  func hostile() {
    let text = TextRenderer.render(SampleReport.report)
    #expect(!text.unicodeScalars.contains("\u{1B}"))
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    #expect(text.contains("␛[2J"))
  }
}
