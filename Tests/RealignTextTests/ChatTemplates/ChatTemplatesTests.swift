import RealignTestSupport
import RealignText
import Testing

/// Reading the templates of a model's folder.
struct ChatTemplatesTests {
  private let hello = ChatConversation(messages: [["role": "user", "content": "hi"]])

  private func text(_ template: ChatTemplate?) throws -> String {
    try #require(template).render(hello).text
  }

  @Test func `a folder without template has none`() throws {
    let folder = try TemporaryFolder()
    #expect(try ChatTemplates.load(folder: folder.path)?.templates.count == nil)
  }

  @Test func `a template file comes before the configuration`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "{\"chat_template\": \"config\", \"bos_token\": {\"content\": \"<s>\"}}",
      to: "tokenizer_config.json"
    )
    let config = try #require(try ChatTemplates.load(folder: folder.path))
    #expect(try text(config.template(hasTools: true)) == "config")
    #expect(config.specialTokens == ["bos_token": "<s>"])
    try folder.write("file\n", to: "chat_template.jinja")
    try folder.write("tools\n", to: "additional_chat_templates/tool_use.jinja")
    let files = try #require(try ChatTemplates.load(folder: folder.path))
    #expect(files.templates.map(\.name) == ["default", "tool_use"])
    #expect(try text(files.template(hasTools: false)) == "file")
    #expect(try text(files.template(hasTools: true)) == "tools")
    #expect(files.template(named: "other")?.source == nil)
  }

  @Test func `a configuration may list templates by name`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {"chat_template": [{"name": "default", "template": "a"}, {"name": "rag", "template": "b"}]}
      """,
      to: "tokenizer_config.json"
    )
    try folder.write("{\"eos_token\": \"</s>\"}", to: "special_tokens_map.json")
    let listed = try #require(try ChatTemplates.load(folder: folder.path))
    #expect(listed.templates.map(\.name) == ["default", "rag"])
    #expect(try text(listed.template(named: "rag")) == "b")
    #expect(listed.specialTokens == ["eos_token": "</s>"])
  }

  @Test func `errors name the file`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a\n{% if %}", to: "chat_template.jinja")
    let error = #expect(throws: InputError.self) { try ChatTemplates.load(folder: folder.path) }
    #expect(error?.file == path)
    #expect(error?.line == 2)
    let other = try TemporaryFolder()
    try other.write("{\"chat_template\": 5}", to: "tokenizer_config.json")
    #expect(throws: InputError.self) { try ChatTemplates.load(folder: other.path) }
    let several = try TemporaryFolder()
    try several.write("a", to: "chat_templates/x.jinja")
    try several.write("b", to: "chat_templates/y.jinja")
    let templates = try #require(try ChatTemplates.load(folder: several.path))
    #expect(throws: InputError.self) { try templates.template(hasTools: false) }
  }

  @Test func `messages must be objects in a list`() throws {
    let template = try ChatTemplate("{{ messages | length }}")
    #expect(throws: InputError.self) { try template.render(ChatConversation(messages: "hi")) }
    #expect(throws: InputError.self) { try template.render(ChatConversation(messages: ["hi"])) }
    #expect(try template.render(ChatConversation(messages: [])).text == "0")
  }

  @Test func `reasoning is found under all its names`() throws {
    let template = try ChatTemplate("{{ messages[0].reasoning_content }}{{ messages[0].thinking }}")
    for name in ["reasoning_content", "thinking", "reasoning"] {
      let message: JSONValue = .object(["role": "assistant", "content": "", name: "why"])
      let text = try template.render(ChatConversation(messages: [message])).text
      #expect(text == "whywhy", "\(name)")
    }
  }
}
