import RealignText

extension FuzzCheck {
  private static let conversation = ChatConversation(
    messages: [
      ["role": "system", "content": "You are <b>terse</b>."],
      ["role": "user", "content": "How many steps? é😀\n"],
      [
        "role": "assistant", "content": nil, "reasoning": "1 + 1",
        "tool_calls": [["function": ["name": "add", "arguments": ["a": 1, "b": 2.5]]]],
      ],
      ["role": "tool", "content": [["type": "text", "text": "3"]]],
    ],
    tools: [["type": "function", "function": ["name": "add", "parameters": ["a": "int"]]]]
  )

  /// So small that a template that is slow within them is not counted rightly.
  private static let limits = ChatTemplateLimits(
    steps: 20_000,
    characters: 20_000,
    depth: 100,
    items: 2000
  )

  /// A template that is accepted renders the same text every time, or fails with its line.
  static let chatTemplate = FuzzCheck(name: "chat-template") { bytes in
    let source = String(decoding: bytes, as: UTF8.self)
    guard let template = try accepted({ try ChatTemplate(source, file: "t.jinja") }) else { return }
    func render() throws -> RenderedChat? {
      try accepted {
        try template.render(
          conversation,
          addGenerationPrompt: true,
          variables: ["bos_token": "<s>", "eos_token": "</s>"],
          date: ChatDate(year: 2024, month: 7, day: 26),
          limits: limits
        )
      }
    }
    guard let rendered = try render() else { return }
    try require(try render() == rendered, "another text the second time")
    let count = rendered.text.utf8.count
    try require(rendered.text.unicodeScalars.count <= limits.characters, "too long a text")
    try requireOrder(rendered.contentRanges, within: count)
    try requireOrder(rendered.generationRanges, within: count)
  }
}
