import RealignData
import RealignTestSupport
import RealignText
import Testing

@Suite struct ClaimRowTests {
  @Test func `a claim without source is read and written with nulls`() throws {
    let claim = try row(
      ClaimRow.self,
      "{\"claim\":\"c\",\"source\":null,\"factual\":false,\"citation\":null}"
    )
    #expect(claim == ClaimRow(claim: "c", source: nil, factual: false, citation: nil))
    #expect(
      claim.toJSON().serialized()
        == "{\"claim\":\"c\",\"source\":null,\"factual\":false,\"citation\":null}"
    )
  }

  @Test func `all fields of a claim are read back`() throws {
    #expect(
      try rereads(
        ClaimRow(
          claim: "c",
          source: "s",
          factual: true,
          citation: "[1]",
          url: "u",
          id: "i",
          group: "g"
        )
      )
    )
  }

  @Test func `factual must be true or false`() throws {
    let error = try rowError(ClaimRow.self, "{\"claim\":\"c\",\"factual\":1}")
    #expect((error.field, error.found, error.expected) == ("factual", "number 1", "true or false"))
  }
}

@Suite struct QuestionRowTests {
  @Test func `a question is read and written`() throws {
    let question = try row(
      QuestionRow.self,
      "{\"id\":\"1\",\"question\":\"q?\",\"answers\":[\"a\",\"b\"],\"answerable\":true,"
        + "\"sources\":[\"d\"],\"group\":\"g\"}"
    )
    #expect(
      question
        == QuestionRow(
          id: "1",
          question: "q?",
          answers: ["a", "b"],
          answerable: true,
          sources: ["d"],
          group: "g"
        )
    )
    #expect(try rereads(question))
  }

  @Test func `an answerable question needs an answer`() throws {
    let base = "\"id\":\"1\",\"question\":\"q?\",\"answers\":[],"
    #expect(try row(QuestionRow.self, "{\(base)\"answerable\":false}").answers.isEmpty)
    #expect(try rowError(QuestionRow.self, "{\(base)\"answerable\":true}").field == "answers")
  }

  @Test func `an answer that is no string is named by its position`() throws {
    let error = try rowError(
      QuestionRow.self,
      "{\"id\":\"1\",\"question\":\"q\",\"answers\":[\"a\",3],\"answerable\":true}"
    )
    #expect((error.field, error.found) == ("answers[1]", "number 3"))
  }

  @Test func `an id that occurs twice in a file is refused`() throws {
    let folder = try TemporaryFolder()
    let line = "{\"id\":\"1\",\"question\":\"q\",\"answers\":[\"a\"],\"answerable\":true}\n"
    let path = try folder.write(line + "\n" + line, to: "q.jsonl")
    let error = try #require(throws: InputError.self) { try QuestionRow.read(path) }
    #expect((error.file, error.line, error.found) == (path, 3, "1"))
    #expect(error.hint == "it is also in line 1")
  }

  @Test func `rows keep the lines they were read from`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/q.jsonl"
    let rows = ["1", "2"].map {
      QuestionRow(id: $0, question: "q", answers: ["a"], answerable: true)
    }
    try QuestionRow.write(rows, to: path)
    #expect(try QuestionRow.read(path) == rows)
    #expect(try QuestionRow.readLocated(path).map(\.line) == [1, 2])
  }
}

@Suite struct ScoreRowTests {
  @Test func `the three shapes are read and written`() throws {
    let tokens = try row(ScoreRow.self, "{\"input_ids\":[5,6,7],\"completion_start\":2}")
    #expect(tokens == .tokens(ids: [5, 6, 7], completionStart: 2))
    let pair = try row(ScoreRow.self, "{\"prompt\":\"p\",\"completion\":\"c\"}")
    #expect(pair == .promptCompletion(prompt: .text("p"), completion: .text("c")))
    let text = try row(ScoreRow.self, "{\"text\":\"t\"}")
    #expect(text == .text("t"))
    for value in [tokens, pair, text] { #expect(try rereads(value)) }
  }

  @Test(arguments: [
    ("{\"input_ids\":[5,6],\"completion_start\":0}", "completion_start"),
    ("{\"input_ids\":[5,6],\"completion_start\":2}", "completion_start"),
    ("{\"input_ids\":[5,6]}", "completion_start"),
    ("{\"input_ids\":[],\"completion_start\":1}", "input_ids"),
    ("{\"input_ids\":[1,-2],\"completion_start\":1}", "input_ids[1]"),
    ("{\"input_ids\":[1,2.5],\"completion_start\":1}", "input_ids[1]"),
    ("{\"input_ids\":[1,3000000000],\"completion_start\":1}", "input_ids[1]"),
    ("{\"completion\":\"c\"}", "prompt"), ("{}", "text"),
  ])
  func `a wrong value is named`(json: String, field: String) throws {
    #expect(try rowError(ScoreRow.self, json).field == field)
  }
}

@Suite struct CommandRowTests {
  @Test func `generate takes prompts, messages and ids`() throws {
    #expect(
      try row(GenerateRow.self, "{\"prompt\":\"\"}")
        == .prompt(.text(""), template: TemplateInputs())
    )
    let ids = try row(GenerateRow.self, "{\"input_ids\":[1]}")
    #expect(ids == .tokens([1]))
    let chat = try row(GenerateRow.self, "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}")
    #expect(
      chat
        == .prompt(.messages([ChatMessage(role: "user", content: "q")]), template: TemplateInputs())
    )
    for value in [ids, chat] { #expect(try rereads(value)) }
  }

  @Test func `tokenize has defaults for both flags`() throws {
    #expect(
      try row(TokenizeRow.self, "{\"text\":\"\"}") == .text("", addSpecialTokens: true)
    )
    let message = ChatMessage(role: "user", content: "q")
    #expect(
      try row(TokenizeRow.self, "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}")
        == .messages([message], addGenerationPrompt: false, template: TemplateInputs())
    )
    let error = try rowError(TokenizeRow.self, "{\"text\":\"\",\"add_special_tokens\":0}")
    #expect(error.field == "add_special_tokens")
  }

  @Test func `embed takes texts and pairs`() throws {
    #expect(try row(EmbedRow.self, "{\"text\":\"\"}") == .text(""))
    let pair = try row(EmbedRow.self, "{\"text\":\"t\",\"premise\":\"p\",\"hypothesis\":\"h\"}")
    #expect(pair == .pair(premise: "p", hypothesis: "h"))
    #expect(try rereads(pair) && rereads(EmbedRow.text("t")))
    #expect(try rowError(EmbedRow.self, "{\"premise\":\"p\"}").field == "hypothesis")
    #expect(try rowError(EmbedRow.self, "{\"premis\":\"p\"}").field == "text")
    #expect(try rowError(EmbedRow.self, "{\"text\":1}").found == "number 1")
  }

  @Test func `detect takes passages as strings and objects`() throws {
    let input = try row(
      DetectRow.self,
      "{\"prompt\":\"p\",\"passages\":[\"x\",{\"id\":\"i\",\"title\":\"t\",\"text\":\"y\"}],"
        + "\"response\":\"r\",\"label\":1}"
    )
    #expect(
      input.passages == [RowPassage(text: "x"), RowPassage(id: "i", title: "t", text: "y")]
    )
    #expect(input.isHallucinated == true)
    #expect(try rereads(input))
    #expect(try row(DetectRow.self, "{\"response\":\"\"}").isHallucinated == nil)
  }

  @Test(arguments: [
    ("{\"response\":\"r\",\"label\":2}", "label"), ("{\"response\":\"r\",\"label\":true}", "label"),
    ("{\"prompt\":\"p\"}", "response"), ("{\"response\":\"r\",\"passages\":\"x\"}", "passages"),
    ("{\"response\":\"r\",\"passages\":[3]}", "passages[0]"),
  ])
  func `a wrong value of detect is named`(json: String, field: String) throws {
    #expect(try rowError(DetectRow.self, json).field == field)
  }
}

@Suite struct TextSpanTests {
  @Test func `scalar offsets become byte offsets`() {
    // "ä" has 2 bytes, "😀" 4: a ä 😀 b begin at bytes 0 1 3 7.
    let spans = [TextSpan(start: 0, end: 2), TextSpan(start: 2, end: 4)]
    #expect(TextSpan.utf8Ranges(of: spans, in: "aä😀b") == [0..<3, 3..<8])
    #expect(TextSpan(start: 1, end: 3).utf8Range(in: "aä😀b") == 1..<7)
    #expect(TextSpan(start: 3, end: 5).utf8Range(in: "aä😀b") == nil)
  }
}
