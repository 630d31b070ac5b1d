import RealignReports
import Testing

@Suite("Markdown renderer") struct MarkdownRendererTests {
  @Test("a small report is exactly this")
  func golden() {
    let report = Report(
      title: "Run 7",
      subtitle: "DEPLOY",
      sections: [
        Section(
          "Gates",
          blocks: [
            .paragraph("All *good*."),
            .keyValues([KeyValue("seed", "17")]),
            .table(
              Table(
                columns: [.init("gate"), .init("value", .trailing)],
                rows: [["a|b", .init("0.95", .pass)], ["c", .init("–", .warn)]],
                caption: "n = 10"
              )
            ),
            .list(["x", "y"], ordered: true),
            .code("a ``` b"),
            .highlightedText(
              HighlightedText(lines: [
                .init(
                  "Before",
                  [.init("It is "), .init("Rome", .wrong), .init(" [1].", .citation)]
                )
              ])
            ),
          ]
        )
      ]
    )
    let expected = #"""
      # Run 7

      DEPLOY

      ## Gates

      All \*good\*.

      - **seed**: 17

      | gate | value |
      | --- | ---: |
      | a\|b | ✓ 0.95 |
      | c | \! – |

      n = 10

      1. x
      2. y

      ````
      a ``` b
      ````

      > **Before:** It is ~~Rome~~ \[1\].

      """#
    #expect(MarkdownRenderer.render(report) == expected)
  }

  @Test("charts become tables of their figures")
  func charts() {
    let report = Report(
      title: "R",
      sections: [
        Section(
          "S",
          blocks: [
            .lineChart(
              LineChart(
                title: "Loss",
                xLabel: "step",
                yLabel: "nats",
                series: [.init("train", values: [4, 1, 2, 3])]
              )
            )
          ]
        )
      ]
    )
    let text = MarkdownRenderer.render(report, level: 2)
    #expect(text.contains("#### Loss\n\n| series | step | first | least | most | last |\n"))
    #expect(text.contains("| train | █▁▃▆ | 4 | 1 | 4 | 3 |"))
  }

  @Test("hostile text is neither markup nor control characters")
  func hostile() {
    let text = MarkdownRenderer.render(SampleReport.report)
    let outside = text.split(separator: "````").enumerated().filter { $0.offset % 2 == 0 }
    #expect(!outside.contains { $0.element.contains("<b ") })
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    #expect(!text.unicodeScalars.contains("\u{1B}"))
  }
}
