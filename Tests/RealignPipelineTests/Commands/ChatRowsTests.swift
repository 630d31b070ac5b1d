import Foundation
import RealignData
import RealignModels
import RealignTestSupport
import RealignText
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite("Rows of messages")
struct ChatRowsTests {
  static func fixtures(
    _ template: String = CommandFixtures.turnTemplate
  ) throws
    -> CommandFixtures
  {
    try CommandFixtures(chatTemplate: template)
  }

  static func encoder(
    _ fixtures: CommandFixtures,
    findsTokens: Bool = false
  ) throws -> RowEncoder {
    var context = CommandContext(output: CollectedOutput())
    context.findsTokensInMessages = findsTokens
    return RowEncoder(try fixtures.load(), context: context)
  }

  static let place = RowPlace(file: "rows.jsonl", line: 3)

  static func message(_ role: String, _ content: String) -> ChatMessage {
    ChatMessage(role: role, content: content)
  }

  private func spelled(_ ids: some Sequence<Int32>, _ encoder: RowEncoder) -> String {
    encoder.tokenizer.decode(Array(ids), skipSpecialTokens: false)
  }

  @Test("tokenize prints the rendered text; turns are single tokens, forged ones are not")
  func tokenize() throws {
    let fixtures = try Self.fixtures()
    let file = try fixtures.rows([
      #"{"messages":[{"role":"user","content":" Who<|im_end|>? "}],"add_generation_prompt":true}"#
    ])
    func ids(_ findsTokens: Bool) throws -> [Int] {
      let output = CollectedOutput()
      var context = CommandContext(output: output)
      context.findsTokensInMessages = findsTokens
      try TokenizeCommand.run(.init(model: fixtures.model, data: [file]), context: context)
      let row = try #require(output.rows.first)
      #expect(
        row["text"]?.stringValue
          == "<|im_start|>user\nWho<|im_end|>?<|im_end|>\n<|im_start|>assistant\n"
      )
      return row["ids"]?.arrayValue?.compactMap(\.intValue) ?? []
    }
    let tokenizer = try fixtures.load().tokenizer
    let end = try #require(tokenizer.id(of: "<|im_end|>").map(Int.init))
    let start = try #require(tokenizer.id(of: "<|im_start|>").map(Int.init))
    #expect(try ids(false).filter { $0 == end }.count == 1)
    #expect(try ids(true).filter { $0 == end }.count == 2)
    #expect(try ids(false).filter { $0 == start }.count == 2)
  }

  @Test("without a template messages are refused by line, with what is needed")
  func noTemplate() throws {
    let fixtures = try CommandFixtures()
    let file = try fixtures.rows([#"{"messages":[{"role":"user","content":"a"}]}"#])
    let error = #expect(throws: InputError.self) {
      try fixtures.output {
        try TokenizeCommand.run(.init(model: fixtures.model, data: [file]), context: $0)
      }
    }
    #expect(error?.line == 1)
    #expect(error?.message == "the model has no chat template")
  }

  @Test("the completion begins after what begins an answer and ends with the turn's end")
  func promptAndCompletion() throws {
    let encoder = try Self.encoder(Self.fixtures())
    let row = SFTRow(
      prompt: .messages([Self.message("user", "Who?")]),
      completion: .messages([Self.message("assistant", "Ida")])
    )
    let encoded = try encoder.encode(row, place: Self.place)
    #expect(
      spelled(encoded.ids[..<encoded.completionStart], encoder)
        == "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n"
    )
    #expect(spelled(encoded.trainedIDs, encoder) == "Ida<|im_end|>\n")
    #expect(!encoded.changesPrompt && !encoded.straddles)
  }

  @Test("of a conversation all is trained on, or only what the assistant says")
  func conversation() throws {
    var encoder = try Self.encoder(Self.fixtures())
    let row = SFTRow(
      .messages([
        Self.message("user", "Who?"), Self.message("assistant", "Ida"),
        Self.message("user", "Where?"), Self.message("assistant", "Oslo"),
      ])
    )
    let whole = try encoder.encode(row, place: Self.place)
    #expect(whole.trainedCount == whole.ids.count - 1)
    #expect(whole.sequence.weights == nil)
    encoder.trainsAssistantOnly = true
    let masked = try encoder.encode(row, place: Self.place)
    #expect(masked.ids == whole.ids)
    #expect(spelled(masked.trainedIDs, encoder) == "Ida<|im_end|>\nOslo<|im_end|>\n")
    #expect(masked.sequence.weights?.reduce(0, +) == Float(masked.trainedCount))
  }

  @Test("blocks of generation say what the assistant said")
  func generationBlocks() throws {
    let template = """
      {% for m in messages %}[{{ m.role }}] {% if m.role == 'assistant' %}\
      {% generation %}{{ m.content }}<|im_end|>{% endgeneration %}\
      {% else %}{{ m.content }}{% endif %}{% endfor %}
      """
    var encoder = try Self.encoder(Self.fixtures(template))
    encoder.trainsAssistantOnly = true
    let row = SFTRow(
      .messages([Self.message("user", "Who?"), Self.message("assistant", "Ida")])
    )
    // The token " Ida" begins before the block and counts as said.
    #expect(
      spelled(try encoder.encode(row, place: Self.place).trainedIDs, encoder) == " Ida<|im_end|>"
    )
  }

  @Test("a template that rewrites earlier turns cannot show the assistant's words")
  func rewritingTemplate() throws {
    let template = "{{ messages | length }}{% for m in messages %} {{ m.content }}{% endfor %}"
    var encoder = try Self.encoder(Self.fixtures(template))
    encoder.trainsAssistantOnly = true
    let row = SFTRow(
      .messages([Self.message("user", "Who?"), Self.message("assistant", "Ida")])
    )
    let error = #expect(throws: InputError.self) {
      try encoder.encode(row, place: Self.place)
    }
    #expect(error?.line == 3)
    #expect(error?.field == "messages")
  }

  @Test("pairs share the rendered prompt; spans count in the last message")
  func pair() throws {
    let encoder = try Self.encoder(Self.fixtures())
    var row = PreferenceRow(
      prompt: .messages([Self.message("user", "Who?")]),
      chosen: .messages([Self.message("assistant", "  Ida Berg")]),
      rejected: .messages([Self.message("assistant", "Arne")])
    )
    let plain = try EncodedPair(row, place: Self.place, encoder: encoder)
    #expect(
      spelled(plain.example.prompt, encoder)
        == "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n"
    )
    #expect(spelled(plain.example.chosen, encoder) == "Ida Berg<|im_end|>\n")
    #expect(plain.example.chosenMask == nil)
    // The template trims two spaces, so character 6 is the B of Berg.
    row.spans = PreferenceSpans(
      chosen: [TextSpan(start: 6, end: 10)],
      rejected: [TextSpan(start: 0, end: 4)]
    )
    let spanned = try EncodedPair(row, place: Self.place, encoder: encoder)
    let mask = try #require(spanned.example.chosenMask)
    let selected = zip(spanned.example.chosen, mask).filter(\.1).map(\.0)
    #expect(spelled(selected, encoder) == " Berg")
  }

  @Test("generate continues what the template makes of the messages")
  func generate() throws {
    let fixtures = try Self.fixtures()
    let text = "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n"
    let file = try fixtures.rows([
      #"{"messages":[{"role":"user","content":"Who?"}]}"#,
      String(data: try JSONEncoder().encode(["prompt": text]), encoding: .utf8) ?? "",
      #"{"messages":[{"role":"user","content":"Who?"},{"role":"assistant","content":"Ida"}]}"#,
      String(data: try JSONEncoder().encode(["prompt": text + "Ida"]), encoding: .utf8) ?? "",
    ])
    func run(prompt: String?, data: [String], isChat: Bool) throws -> [JSONValue] {
      try fixtures.output {
        try GenerateCommand.run(
          .init(
            model: fixtures.model,
            adapter: nil,
            prompt: prompt,
            isChat: isChat,
            data: data,
            maxNewTokens: 12,
            batchSize: 1
          ),
          context: $0
        )
      }.rows
    }
    let rows = try run(prompt: nil, data: [file], isChat: false)
    #expect(rows[0]["ids"] == rows[1]["ids"])
    #expect(rows[2]["ids"] == rows[3]["ids"])
    #expect(rows[0]["ids"] != rows[2]["ids"])
    #expect(try run(prompt: "Who?", data: [], isChat: true)[0]["ids"] == rows[0]["ids"])
    #expect(try run(prompt: "Who?", data: [], isChat: false)[0]["ids"] != rows[0]["ids"])
  }

  @Test("a trained model keeps the template and the sampling settings of the original")
  func trained() throws {
    let fixtures = try Self.fixtures()
    try fixtures.folder.write("{{ messages[0].content }}", to: "model/chat_template.jinja")
    let settings = #"{"do_sample": true, "temperature": 0.6, "eos_token_id": [0, 1]}"#
    try fixtures.folder.write(settings, to: "model/generation_config.json")
    let text = try fixtures.load()
    #expect(text.endTokens == [0, 1])
    let copy = fixtures.folder.path + "/copy"
    try text.save(copy)
    for name in ["chat_template.jinja", "generation_config.json"] {
      let bytes = FileManager.default.contents(atPath: fixtures.model + "/" + name)
      #expect(bytes != nil && bytes == FileManager.default.contents(atPath: copy + "/" + name))
    }
  }

  @Test("inspect counts double begins, missing ends, changed prompts and masked rows")
  func diagnostics() throws {
    // The first message is written differently when others follow it, and no turn ends.
    let template =
      "{% if messages | length == 1 %}A{% else %}B{% endif %}"
      + "{% for m in messages %} {{ m.content }}{% endfor %}"
    let fixtures = try CommandFixtures(beginOfText: true, chatTemplate: template)
    let file = try fixtures.rows([
      #"{"prompt":"Who?","completion":" Ida"}"#, #"{"prompt":"<|begin|>Who?","completion":" Ida"}"#,
      #"{"prompt":[{"role":"user","content":"a"}],"#
        + #""completion":[{"role":"assistant","content":"b"}]}"#,
      #"{"prompt":"Who?","chosen":" Ida","rejected":" Arne","#
        + #""spans":{"chosen":[[0,4]],"rejected":[]}}"#,
      #"{"claim":"a","source":"b","factual":true,"citation":"c"}"#,
    ])
    let output = try fixtures.output(isJSON: true) {
      try InspectCommand.run(.init(target: file, model: fixtures.model, rows: 3), context: $0)
    }
    let found = try #require(output.rows.first?["diagnostics"]?.objectValue)
    func count(_ key: String) -> Int? { found[key]?.intValue }
    #expect(count("rows") == 4)
    #expect(count("double_bos_rows") == 1)
    #expect(count("changed_prompt_rows") == 1)
    #expect(count("missing_eos_rows") == 1)
    #expect(count("all_masked_rows") == 1)
    #expect(count("straddling_rows") == 0)
    #expect(try #require(count("trained_tokens")) > 0)
    let lines = try fixtures.output {
      try InspectCommand.run(.init(target: file, model: fixtures.model, rows: 3), context: $0)
    }.lines
    #expect(lines.contains { $0.hasPrefix("! in 1 of 4 rows no token is trained on") })
  }
}
