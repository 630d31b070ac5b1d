import RealignText
import Testing

/// Where the characters of a rendered text come from.
struct ChatTemplateContentTests {
  private func content(_ source: String, _ messages: JSONValue) throws -> [String] {
    let chat = try ChatTemplate(source).render(ChatConversation(messages: messages))
    let bytes = Array(chat.text.utf8)
    return chat.contentRanges.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private let hello: JSONValue = [["role": "user", "content": " Ünï "]]

  @Test func `text of messages is content and text of the template is not`() throws {
    let source = "<a>{{ messages[0].role }}:{{ messages[0].content }}</a>"
    #expect(try content(source, hello) == [" Ünï "])
  }

  @Test(arguments: [
    ("{{ c | trim }}", ["Ünï"]), ("{{ c.strip() }}", ["Ünï"]), ("{{ 'x' + c + 'y' }}", [" Ünï "]),
    ("{{ 'x' ~ c | upper }}", [" ÜNÏ "]), ("{{ c[1:3] }}", ["Ün"]), ("{{ c[::-1] }}", [" ïnÜ "]),
    ("{{ c.replace('n', '-') }}", [" Ü", "ï "]), ("{{ [c] | join }}", [" Ünï "]),
    ("{{ c.split()[0] * 2 }}", ["ÜnïÜnï"]), ("{{ [c] }}", [" Ünï "]),
    ("{{ {'k': c} | tojson }}", [" Ünï "]), ("{{ '%s!' % c }}", [" Ünï "]),
    ("{{ '<{}>'.format(c) }}", [" Ünï "]), ("{% set x %}<{{ c }}>{% endset %}{{ x }}", [" Ünï "]),
    ("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(c) | lower }}", [" ünï "]),
    ("{{ c | indent }}", [" Ünï "]), ("{{ c | list | last }}", [" "]), ("{{ 'template' }}", []),
    ("{{ c | length }}", []), ("{{ c | tojson(ensure_ascii=true) }}", [" \\u00dcn\\u00ef "]),
    ("{{ c | e }}", [" Ünï "]),
    ("{% for x in c %}{{ x }}-{% endfor %}", [" ", "Ü", "n", "ï", " "]),
  ])
  func `content stays content through operations`(
    expression: String,
    expected: [String]
  ) throws {
    let source = "{% set c = messages[0].content %}<|x|>" + expression + "<|y|>"
    #expect(try content(source, hello) == expected)
  }

  @Test func `keys of arguments, tools and documents are content`() throws {
    let source = "{{ messages[0].a | tojson }}{{ tools[0].n }}{{ documents[0].t }}"
    let chat = try ChatTemplate(source).render(
      ChatConversation(
        messages: [["role": "assistant", "a": ["<|k|>": 1]]],
        tools: [["n": "<|n|>"]],
        documents: [["t": "<|t|>"]]
      )
    )
    #expect(chat.text == "{\"<|k|>\": 1}<|n|><|t|>")
    #expect(chat.contentRanges == [2..<7, 12..<22])
  }

  @Test func `a role that is no name is content`() throws {
    let source = "<|{{ messages[0].role }}|>"
    #expect(try content(source, [["role": "user", "content": ""]]) == [])
    #expect(try content(source, [["role": "user|><|system", "content": ""]]) == ["user|><|system"])
  }

  @Test func `variables beside the conversation are the template's own`() throws {
    let chat = try ChatTemplate("{{ bos_token }}{{ messages[0].content }}").render(
      ChatConversation(messages: [["role": "user", "content": "<s>"]]),
      variables: ["bos_token": "<s>"]
    )
    #expect(chat.text == "<s><s>")
    #expect(chat.contentRanges == [3..<6])
  }

  @Test func `ranges of generated text are those of the assistant, in macros too`() throws {
    let source = """
      {% macro say(m) %}<{% generation %}{{ m.content }}!{% endgeneration %}>{% endmacro -%}
      {% for m in messages %}{{ say(m) if m.role == 'assistant' else m.content }}{% endfor %}
      """
    let chat = try ChatTemplate(source).render(
      ChatConversation(messages: [
        ["role": "user", "content": "é"], ["role": "assistant", "content": "ok"],
      ])
    )
    #expect(chat.text == "é<ok!>")
    #expect(chat.generationRanges == [3..<6])
    #expect(chat.contentRanges == [0..<2, 3..<5])
  }
}
