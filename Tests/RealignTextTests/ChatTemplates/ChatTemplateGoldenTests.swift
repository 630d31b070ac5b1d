import RealignTestSupport
import RealignText
import Testing

/// Equality with Hugging Face transformers and its Jinja.
struct ChatTemplateGoldenTests {
  @Test func `short templates give the text of the reference, or fail as it does`() throws {
    let rows = try JSONLines.read(Goldens.path("chat-snippets.jsonl"))
    let all = try ChatCases(Goldens.path("chat-features.jsonl"))
    let call = try #require(all.cases.first { $0.conversation == "call" })
    let messages = try all.messages(call)
    #expect(rows.count > 200)
    for row in rows {
      let source = try #require(row.value["template"]?.stringValue)
      let expected = row.value["text"]?.stringValue
      let found = try? ChatTemplate(source).render(
        ChatConversation(messages: messages),
        variables: [
          "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>",
          "empty": "", "text": "a,b",
        ],
        date: ChatCases.date
      )
      #expect(
        found.map { Array($0.text.utf8) } == expected.map { Array($0.utf8) },
        "\(source): \(found?.text.debugDescription ?? "fails"), reference \(expected?.debugDescription ?? "fails")"
      )
    }
  }

  @Test func `templates as long as real ones agree on every conversation`() throws {
    let all = try ChatCases(Goldens.path("chat-features.jsonl"))
    #expect(all.cases.count > 500)
    for one in all.cases {
      let wrong = all.disagreement(one)
      #expect(wrong == nil, "\(wrong ?? "")")
    }
  }
}

/// What was written to compare, if anything.
private let parityFolder = ParityFolder(holding: "cases.jsonl")

/// The same over the templates that TRL ships, which `compare_chat_templates.py` reads where they
/// are installed.
@Suite(.enabled(if: parityFolder != nil))
struct ChatTemplateParityTests {
  @Test func `every template of the package agrees on every conversation`() throws {
    let folder = try #require(parityFolder)
    let all = try ChatCases(folder.path + "/cases.jsonl")
    let rows = all.sources.map { name, _ in
      let cases = all.cases.filter { $0.template == name }
      let wrong = cases.compactMap { all.disagreement($0) }
      return ParityFolder.Row(
        name,
        cases: cases.count,
        worst: Double(wrong.count),
        bound: 0,
        note: wrong.first ?? ""
      )
    }
    try folder.write(rows, section: "templates")
    #expect(rows.count > 0)
    for row in rows { #expect(row.ok, "\(row.item): \(row.note)") }
  }
}
