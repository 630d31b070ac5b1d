import Foundation
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

/// The same over the templates that TRL ships, when the cases of `compare_chat_templates.py` are
/// there.
struct ChatTemplateParityTests {
  private static let path = ProcessInfo.processInfo.environment["REALIGN_PARITY"]

  @Test(.enabled(if: path != nil))
  func `every template of the package agrees on every conversation`() throws {
    let all = try ChatCases(try #require(Self.path))
    let wrong = all.cases.compactMap { all.disagreement($0) }
    Self.note("\(all.cases.count - wrong.count) of \(all.cases.count) cases agree")
    for line in wrong.prefix(200) { Self.note(line) }
    #expect(wrong.isEmpty)
  }

  private static func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
