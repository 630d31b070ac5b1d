import RealignText
import Testing

/// Conversations, templates and what Hugging Face transformers makes of them; see
/// `Goldens/make_chat_goldens.py`.
struct ChatCases {
  /// One template with one conversation.
  struct Case {
    let template: String
    let conversation: String
    let row: JSONObject

    var name: String { "\(template) \(conversation) \(row.pairs.map(\.key))" }
    var fails: Bool { row["fails"]?.boolValue ?? false }
    var text: String? { row["text"]?.stringValue }
    var hash: String? { row["fnv"]?.stringValue }

    var generated: [Range<Int>] {
      (row["generated"]?.arrayValue ?? []).compactMap { pair in
        guard let low = pair.arrayValue?.first?.intValue, let high = pair.arrayValue?.last?.intValue
        else { return nil }
        return low..<high
      }
    }
  }

  private(set) var cases: [Case] = []
  private(set) var sources: [(name: String, source: String)] = []
  private var conversations: [String: JSONValue] = [:]
  private var shared: JSONObject = [:]
  private var templates: [String: ChatTemplate] = [:]

  /// Tuesday, 5 March 2024, 07:08:09: the clock of all cases.
  static let date = ChatDate(year: 2024, month: 3, day: 5, hour: 7, minute: 8, second: 9)

  init(_ path: String) throws {
    for line in try JSONLines.read(path) {
      let row = line.value
      if let name = row["conversation"]?.stringValue {
        conversations[name] = row["messages"]
      } else if let name = row["template"]?.stringValue {
        let source = try #require(row["source"]?.stringValue)
        sources.append((name, source))
        templates[name] = try ChatTemplate(source, file: name)
      } else if let conversation = row["c"]?.stringValue {
        let template = try #require(sources.last?.name)
        cases.append(Case(template: template, conversation: conversation, row: row))
      } else {
        shared = row
      }
    }
  }

  /// The messages of a case.
  func messages(_ one: Case) throws -> JSONValue {
    try #require(conversations[one.conversation])
  }

  /// What the template makes of the case here.
  func render(_ one: Case) throws -> RenderedChat {
    let template = try #require(templates[one.template])
    let messages = try messages(one)
    var variables = shared["tokens"]?.objectValue ?? [:]
    for (key, value) in one.row["variables"]?.objectValue?.pairs ?? [] { variables[key] = value }
    let conversation = ChatConversation(
      messages: messages,
      tools: one.row["tools"] == nil ? .null : shared["tools"] ?? .null,
      documents: one.row["documents"] == nil ? .null : shared["documents"] ?? .null
    )
    return try template.render(
      conversation,
      addGenerationPrompt: one.row["prompt"]?.boolValue ?? false,
      variables: variables,
      date: Self.date
    )
  }

  /// What is wrong with a case, or `nil`.
  func disagreement(_ one: Case) -> String? {
    do {
      let chat = try render(one)
      guard !one.fails else { return "\(one.name): gives a text, the reference refuses" }
      if let text = one.text, !text.utf8.elementsEqual(chat.text.utf8) {
        return "\(one.name): " + Self.difference(chat.text, text)
      }
      if let hash = one.hash, hash != Self.fnv(chat.text) {
        return "\(one.name): another text: \(chat.text)"
      }
      guard chat.generationRanges == one.generated else {
        return "\(one.name): generated \(chat.generationRanges), reference \(one.generated)"
      }
      return nil
    } catch {
      return one.fails ? nil : "\(one.name): \(error)"
    }
  }

  /// The first place where two texts differ.
  private static func difference(_ found: String, _ expected: String) -> String {
    let a = Array(found.utf8)
    let b = Array(expected.utf8)
    let place = zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset ?? min(a.count, b.count)
    func shown(_ bytes: [UInt8]) -> String {
      let low = max(place - 40, 0)
      return String(
        decoding: bytes[min(low, bytes.count)..<min(place + 40, bytes.count)],
        as: UTF8.self
      )
      .debugDescription
    }
    return "byte \(place): \(shown(a)) instead of \(shown(b))"
  }

  /// The 64-bit FNV-1a hash of a text's UTF-8, in hexadecimal.
  static func fnv(_ text: String) -> String {
    let value = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
