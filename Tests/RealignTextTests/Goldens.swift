import Foundation
import RealignText
import Testing

/// What another program made of texts; see `Goldens/make_tokenizer_goldens.py`.
enum Goldens {
  static let kinds = [
    "gpt2", "smollm", "grouped-digits", "llama3", "qwen2", "qwen35", "added-tokens",
    "partial-bytes",
  ]

  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens").appendingPathComponent(name).path
  }

  static func tokenizer(_ kind: String) throws -> BytePairTokenizer {
    let file = path(kind + ".json")
    return try BytePairTokenizer(bytes: InputFile.bytes(file), file: file)
  }

  struct Row {
    let text: String
    let ids: [Int32]
    let bareIDs: [Int32]
    let decoded: String
    let skipped: String
  }

  static func rows(_ kind: String) throws -> [Row] {
    try JSONLines.read(path(kind + ".jsonl")).map { line in
      func ids(_ key: String) throws -> [Int32] {
        try #require(line.value[key]?.arrayValue).map { Int32(try #require($0.intValue)) }
      }
      func text(_ key: String) throws -> String { try #require(line.value[key]?.stringValue) }
      return Row(
        text: try text("text"),
        ids: try ids("ids"),
        bareIDs: try ids("bare"),
        decoded: try text("decoded"),
        skipped: try text("skipped")
      )
    }
  }

  static func corpus() throws -> [String] {
    let value = try JSONValue.parse(InputFile.bytes(path("corpus.json")))
    return try #require(value.arrayValue).map { try #require($0.stringValue) }
  }
}
