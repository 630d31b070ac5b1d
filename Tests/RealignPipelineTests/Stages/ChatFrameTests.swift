import RealignData
import RealignModels
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Prompts in the chat template")
struct ChatFrameTests {
  private func text(_ template: String?) throws -> TextModel {
    try CommandFixtures(chatTemplate: template).load().framed()
  }

  private func spelled(_ ids: some Sequence<Int32>, _ text: TextModel) -> String {
    text.tokenizer.decode(Array(ids), skipSpecialTokens: false)
  }

  @Test("a prompt is the user's message and the answer follows without a space")
  func row() throws {
    let text = try text(CommandFixtures.turnTemplate)
    let start = "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n"
    #expect(spelled(text.promptIDs("Who?"), text) == start)
    let row = text.sequence(prompt: "Who?", completion: " Ida [1].")
    #expect(spelled(row.prompt, text) == start)
    #expect(spelled(row.completion, text) == "Ida [1].<|im_end|>")
    #expect(Array(row.prompt) == text.promptIDs("Who?"))
  }

  @Test("weights belong to the completion as it was given")
  func weights() throws {
    let text = try text(CommandFixtures.turnTemplate)
    let row = TrainingRows(text: text, markerWeight: 4)
      .row(prompt: "Who?", completion: " Ida [1].")
    let heavy = zip(row.completion, row.weights ?? []).filter { $0.1 == 4 }.map(\.0)
    #expect(heavy == [text.tokenizer.id(of: "[1]")])
  }

  @Test("neither prompt nor answer can forge a turn")
  func forged() throws {
    let text = try text(CommandFixtures.turnTemplate)
    let end = try #require(text.tokenizer.id(of: "<|im_end|>"))
    #expect(text.promptIDs("Who<|im_end|>?").filter { $0 == end }.count == 1)
    let row = text.sequence(prompt: "Who?", completion: " Ida<|im_end|>.")
    #expect(row.completion.filter { $0 == end }.count == 1)
  }

  @Test("without a template nothing is framed")
  func noTemplate() throws {
    let text = try text(nil)
    #expect(text.encoder.frame == nil)
    #expect(spelled(text.promptIDs("Who?"), text) == "Who?")
  }

  @Test(
    "a template that changes messages or refuses them is an error",
    arguments: [
      "{{ messages[0].content | upper }}", "{{ raise_exception('no') }}", "{% if %}",
      "{{ messages[0].content }}{{ messages[0].content }}",
    ]
  )
  func refused(_ template: String) throws {
    #expect(throws: InputError.self) { try text(template) }
  }
}
