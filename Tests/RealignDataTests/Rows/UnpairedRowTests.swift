import RealignData
import RealignText
import Testing

@Suite struct UnpairedRowTests {
  @Test func `strings with a label are read and written`() throws {
    let value = try row(
      UnpairedRow.self,
      #"{"prompt":"p","completion":" c","label":false,"id":"1","group":"g","extra":1}"#
    )
    #expect(
      value
        == UnpairedRow(
          prompt: .text("p"),
          completion: .text(" c"),
          label: false,
          id: "1",
          group: "g"
        )
    )
    #expect(try rereads(value))
  }

  @Test func `messages with a label are read`() throws {
    let value = try row(
      UnpairedRow.self,
      """
      {"prompt":[{"role":"user","content":"q"}],
       "completion":[{"role":"assistant","content":"a"}],"label":true}
      """
    )
    #expect(value.label && value.completion.isConversational)
    #expect(try rereads(value))
  }

  @Test(arguments: [
    (#"{"prompt":"p","completion":"c"}"#, "label"),
    (#"{"prompt":"p","completion":"c","label":1}"#, "label"),
    (#"{"prompt":"p","completion":"c","label":"true"}"#, "label"),
    (#"{"prompt":"p","label":true}"#, "completion"),
    (#"{"completion":"c","label":true}"#, "prompt"),
    (
      #"{"prompt":"p","completion":[{"role":"assistant","content":"a"}],"label":true}"#,
      "completion"
    ),
  ])
  func `a wrong field is named`(json: String, field: String) throws {
    #expect(try rowError(UnpairedRow.self, json).field == field)
  }

  @Test func `each kind of row points to the losses of the other`() throws {
    let pair = try rowError(UnpairedRow.self, #"{"prompt":"p","chosen":"a","rejected":"b"}"#)
    #expect(pair.hint?.contains("sigmoid") == true)
    let labelled = try rowError(
      PreferenceRow.self,
      #"{"prompt":"p","completion":"a","label":true}"#
    )
    #expect(labelled.hint?.contains("kto") == true)
  }
}
