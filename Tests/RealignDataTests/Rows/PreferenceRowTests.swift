import RealignData
import RealignText
import Testing

/// A row of a type from JSON text, at line 7 of `f.jsonl`.
func row<Row: DataRow>(_ type: Row.Type, _ json: String) throws -> Row {
  let object = try #require(try JSONValue.parse(json).objectValue)
  return try Row(object, at: RowPlace(file: "f.jsonl", line: 7))
}

/// The error that reading a row gives.
func rowError<Row: DataRow>(_ type: Row.Type, _ json: String) throws -> InputError {
  let error = try #require(throws: InputError.self) { try row(type, json) }
  #expect((error.kind, error.file, error.line) == (.badData, "f.jsonl", 7))
  return error
}

/// What a row is after being written and read.
func rereads<Row: DataRow>(_ value: Row) throws -> Bool {
  try row(Row.self, value.toJSON().serialized()) == value
}

@Suite struct PreferenceRowTests {
  @Test func `strings are read with all optional fields`() throws {
    let pair = try row(
      PreferenceRow.self,
      """
      {"prompt":"p","chosen":"good","rejected":"bad","chosen_score":0.9,"rejected_score":0.25,
       "margin":0.65,"id":"1","group":"g","reason":"factuality","extra":[1],
       "spans":{"chosen":[[0,2],[3,4]],"rejected":[]}}
      """
    )
    #expect(
      pair
        == PreferenceRow(
          prompt: .text("p"),
          chosen: .text("good"),
          rejected: .text("bad"),
          chosenScore: 0.9,
          rejectedScore: 0.25,
          margin: 0.65,
          id: "1",
          group: "g",
          reason: "factuality",
          spans: PreferenceSpans(
            chosen: [TextSpan(start: 0, end: 2), TextSpan(start: 3, end: 4)],
            rejected: []
          )
        )
    )
    #expect(abs((pair.scoreGap ?? 0) - 0.65) < 1e-15)
    #expect(try rereads(pair))
  }

  @Test func `messages are read`() throws {
    let pair = try row(
      PreferenceRow.self,
      """
      {"prompt":[{"role":"user","content":"q"}],"chosen":[{"role":"assistant","content":"a"}],
       "rejected":[{"role":"assistant","content":"b"}]}
      """
    )
    #expect(pair.prompt == .messages([ChatMessage(role: "user", content: "q")]))
    #expect(pair.scoreGap == nil)
    #expect(try rereads(pair))
  }

  @Test func `a prompt shared by two conversations is taken up to the last user turn`() throws {
    let pair = try row(
      PreferenceRow.self,
      """
      {"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"same"},
       {"role":"user","content":"r"},{"role":"assistant","content":"a"}],
       "rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"same"},
       {"role":"user","content":"r"},{"role":"assistant","content":"b"}]}
      """
    )
    #expect(pair.prompt.messages?.map(\.content) == ["q", "same", "r"])
    #expect(pair.chosen.messages?.map(\.content) == ["a"])
    #expect(pair.rejected.messages?.map(\.content) == ["b"])
  }

  @Test func `one conversation that continues the other has no common prompt`() throws {
    let error = try rowError(
      PreferenceRow.self,
      """
      {"chosen":[{"role":"assistant","content":"q"}],
       "rejected":[{"role":"assistant","content":"q"},{"role":"assistant","content":"b"}]}
      """
    )
    #expect(error.field == "prompt")
    #expect(error.found == "1 equal messages at the start of chosen and rejected")
  }

  @Test func `strings without a prompt are refused`() throws {
    let error = try rowError(PreferenceRow.self, "{\"chosen\":\"a b\",\"rejected\":\"a c\"}")
    #expect((error.field, error.message) == ("prompt", "a field is missing"))
    #expect(error.expected == PreferenceRow.accepted)
  }

  @Test func `a misspelt field is suggested`() throws {
    let error = try rowError(
      PreferenceRow.self,
      "{\"prompt\":\"p\",\"choosen\":\"a\",\"rejected\":\"b\"}"
    )
    #expect(error.field == "chosen")
    #expect(error.hint == "did you mean `chosen` by `choosen`?")
  }

  @Test(arguments: [
    ("{\"prompt\":\"p\",\"chosen\":\"\",\"rejected\":\"b\"}", "chosen", "\"\""),
    ("{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":null}", "rejected", nil),
    ("{\"prompt\":\"p\",\"chosen\":1,\"rejected\":\"b\"}", "chosen", "number 1"),
    (
      "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\",\"chosen_score\":\"1\"}",
      "chosen_score", "string \"1\""
    ),
    ("{\"prompt\":[],\"chosen\":\"a\",\"rejected\":\"b\"}", "prompt", "[]"),
    (
      "{\"prompt\":\"p\",\"chosen\":[{\"role\":\"assistant\",\"content\":\"a\"}],"
        + "\"rejected\":\"b\"}", "chosen", "messages"
    ),
    (
      "{\"prompt\":[{\"role\":\"robot\",\"content\":\"a\"}],\"chosen\":\"a\",\"rejected\":\"b\"}",
      "prompt[0].role", "robot"
    ),
    (
      "{\"prompt\":[{\"role\":\"user\"}],\"chosen\":\"a\",\"rejected\":\"b\"}",
      "prompt[0].content", "the fields role"
    ),
    (
      "{\"prompt\":\"p\",\"chosen\":\"abc\",\"rejected\":\"b\",\"spans\":{\"chosen\":[[0,4]],"
        + "\"rejected\":[]}}", "spans.chosen[0]", "[0,4]"
    ),
    (
      "{\"prompt\":\"p\",\"chosen\":\"abc\",\"rejected\":\"b\",\"spans\":{\"chosen\":[[1,2],[0,1]],"
        + "\"rejected\":[]}}", "spans.chosen[1]", "[0,1]"
    ),
  ])
  func `a wrong value is named`(json: String, field: String, found: String?) throws {
    let error = try rowError(PreferenceRow.self, json)
    #expect(error.field == field)
    if let found { #expect(error.found == found) }
    #expect(error.expected != nil)
  }

  @Test func `a completion must end with the assistant`() throws {
    let error = try rowError(
      PreferenceRow.self,
      """
      {"prompt":[{"role":"user","content":"q"}],"chosen":[{"role":"user","content":"a"}],
       "rejected":[{"role":"assistant","content":"b"}]}
      """
    )
    #expect((error.field, error.found) == ("chosen", "a last message of user"))
  }

  @Test func `text parts are joined and others refused`() throws {
    func json(_ part: String) -> String {
      "{\"prompt\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},\(part)]}],"
        + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"c\"}],"
        + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"r\"}]}"
    }
    let pair = try row(PreferenceRow.self, json("{\"type\":\"text\",\"text\":\"b\"}"))
    #expect(pair.prompt.messages?.first?.content == "ab")
    let error = try rowError(PreferenceRow.self, json("{\"type\":\"image\"}"))
    #expect(error.field == "prompt[0].content[1]")
  }
}
