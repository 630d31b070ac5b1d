import RealignData
import RealignText
import Testing

@Suite struct SFTRowTests {
  private let question = ChatMessage(role: "user", content: "q")
  private let answer = ChatMessage(role: "assistant", content: "a")

  @Test func `a plain text is all completion`() throws {
    let text = try row(SFTRow.self, "{\"text\":\"x\",\"group\":\"g\"}")
    #expect((text.format, text.prompt, text.completion) == (.text, nil, .text("x")))
    #expect(text.group == "g")
    #expect(try rereads(text))
  }

  @Test func `messages are a conversation`() throws {
    let chat = try row(
      SFTRow.self,
      "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},"
        + "{\"role\":\"assistant\",\"content\":\"a\"}]}"
    )
    #expect(chat.prompt == nil)
    #expect(chat.completion == .messages([question, answer]))
    #expect(try rereads(chat))
  }

  @Test func `share gpt names are translated`() throws {
    let chat = try row(
      SFTRow.self,
      "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"gpt\",\"value\":\"a\"}]}"
    )
    #expect((chat.format, chat.completion) == (.shareGPT, .messages([question, answer])))
  }

  @Test func `a prompt and its completion are strings or messages`() throws {
    let plain = try row(SFTRow.self, "{\"prompt\":\"p\",\"completion\":\" c\"}")
    #expect(plain == SFTRow(prompt: .text("p"), completion: .text(" c")))
    #expect(try rereads(plain))
    let chat = try row(
      SFTRow.self,
      "{\"prompt\":[{\"role\":\"user\",\"content\":\"q\"}],"
        + "\"completion\":[{\"role\":\"assistant\",\"content\":\"a\"}]}"
    )
    #expect(chat.prompt == .messages([question]))
    #expect(chat.completion == .messages([answer]))
  }

  @Test func `an instruction becomes a user message`() throws {
    let plain = try row(SFTRow.self, "{\"instruction\":\"q\",\"response\":\"a\"}")
    #expect(plain.format == .instructionResponse)
    #expect((plain.prompt, plain.completion) == (.messages([question]), .messages([answer])))
  }

  @Test func `alpaca's input follows the instruction, and its text column is ignored`() throws {
    let alpaca = try row(
      SFTRow.self,
      "{\"instruction\":\"q\",\"input\":\"i\",\"output\":\"a\",\"system\":\"s\",\"text\":\"all\"}"
    )
    #expect(alpaca.format == .alpaca)
    #expect(alpaca.prompt?.messages?.map(\.role) == ["system", "user"])
    #expect(alpaca.prompt?.messages?.map(\.content) == ["s", "q\n\ni"])
    let short = try row(SFTRow.self, "{\"instruction\":\"q\",\"input\":\"\",\"output\":\"a\"}")
    #expect(short.prompt == .messages([question]))
  }

  @Test func `a row of no known shape lists what is accepted`() throws {
    let error = try rowError(SFTRow.self, "{\"body\":\"x\"}")
    #expect((error.found, error.expected) == ("the fields body", SFTRow.accepted))
  }

  @Test(arguments: [
    ("{\"text\":\" \"}", "text"), ("{\"text\":[]}", "text"),
    ("{\"prompt\":\"p\"}", "completion"), ("{\"instruction\":\"q\"}", "response"),
    ("{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}", "messages"),
    ("{\"conversations\":[{\"from\":\"dog\",\"value\":\"q\"}]}", "conversations[0].from"),
    ("{\"messages\":[{\"role\":\"assistant\",\"content\":null}]}", "messages[0].content"),
    (
      "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"}],\"tools\":{}}", "tools"
    ),
  ])
  func `a wrong value is named`(json: String, field: String) throws {
    #expect(try rowError(SFTRow.self, json).field == field)
  }

  @Test func `what a chat template needs beside messages is kept`() throws {
    let text =
      "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":1}],"
      + "\"name\":\"a\"}],\"tools\":\"[{\\\"type\\\":\\\"function\\\"}]\","
      + "\"chat_template_kwargs\":{\"enable_thinking\":false}}"
    let parsed = try row(SFTRow.self, text)
    let message = try #require(parsed.completion.messages?.first)
    #expect(message.content == "")
    #expect(
      message.toJSON() == [
        "role": "assistant", "content": nil, "tool_calls": [["id": 1]], "name": "a",
      ]
    )
    #expect(parsed.template.tools == [["type": "function"]])
    #expect(parsed.template.variables["enable_thinking"] == false)
    #expect(try rereads(parsed))
  }
}
