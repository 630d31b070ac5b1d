import RealignReports
import RealignText
import Testing

@Suite("JSON renderer") struct JSONRendererTests {
  @Test("every block becomes an object with a type, and the text parses back to the same value")
  func roundTrip() throws {
    let json = JSONRenderer.json(SampleReport.report)
    #expect(try JSONValue.parse(json.serialized()) == json)
    let blocks = json["sections"]?.arrayValue?.first?["blocks"]?.arrayValue ?? []
    #expect(
      blocks.compactMap { $0["type"]?.stringValue } == [
        "paragraph", "key_values", "table", "line_chart", "bar_chart", "roc_chart",
        "reliability_diagram", "histogram", "highlighted_text", "code", "list", "list",
      ]
    )
  }

  @Test("text is kept as it is and values that are not finite are null")
  func values() {
    let report = Report(
      title: "R",
      sections: [
        Section(
          "S",
          blocks: [
            .paragraph(SampleReport.hostile),
            .barChart(
              BarChart(
                title: "b",
                valueLabel: "v",
                series: ["s"],
                categories: [.init("c", [.init(.nan)])]
              )
            ),
          ]
        )
      ]
    )
    let blocks = JSONRenderer.json(report)["sections"]?.arrayValue?.first?["blocks"]?.arrayValue
    #expect(blocks?.first?["text"]?.stringValue == SampleReport.hostile)
    let bar = blocks?.last?["categories"]?.arrayValue?.first?["bars"]?.arrayValue?.first
    #expect(bar?.serialized() == #"{"value":null,"low":null,"high":null}"#)
  }
}
