import Foundation
import Testing

@testable import RealignText

/// What another program made of texts; see `Goldens/make_composed_goldens.py`.
enum ComposedGoldens {
  static let kinds = [
    "gpt2", "llama3", "qwen2", "o200k", "llama2", "metaspace", "clip", "bert", "wordlevel",
    "unigram", "unigram-bytes",
  ]
  /// The kinds that the fast byte-level tokenizer reads.
  static let fastKinds = ["llama3"]
  /// The kinds whose tokens are ranges of the text itself, nothing in it being changed.
  static let unchangedKinds = ["gpt2", "llama3", "o200k", "llama2", "metaspace"]

  struct Row {
    let text: String
    let ids: [Int32]
    let decoded: String
    let skipped: String?
    let bareIDs: [Int32]
    /// UTF-8 bytes that each of `bareIDs` stands for, at bounds of characters.
    let ranges: [Range<Int>]
  }

  static func folder() -> String { Goldens.path("Composed") }

  static func tokenizer(_ kind: String, in folder: String = folder()) throws -> ComposedTokenizer {
    let file = folder + "/" + kind + ".json"
    return try ComposedTokenizer(bytes: InputFile.bytes(file), file: file)
  }

  static func rows(_ kind: String, in folder: String = folder()) throws -> [Row] {
    try JSONLines.read(folder + "/" + kind + ".jsonl").map { line in
      func numbers(_ key: String) throws -> [Int] {
        try (line.value[key]?.arrayValue ?? []).map { try #require($0.intValue) }
      }
      let places = try numbers("offsets")
      return Row(
        text: try #require(line.value["text"]?.stringValue),
        ids: try numbers("ids").map(Int32.init),
        decoded: try #require(line.value["decoded"]?.stringValue),
        skipped: line.value["skipped"]?.stringValue,
        bareIDs: try numbers("bare").map(Int32.init),
        ranges: stride(from: 0, to: places.count, by: 2).map { places[$0]..<places[$0 + 1] }
      )
    }
  }

  /// A range widened to whole characters.
  static func widened(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
    var low = range.lowerBound
    while low > 0, low < bytes.count, bytes[low] & 0xC0 == 0x80 { low -= 1 }
    var high = range.upperBound
    while high < bytes.count, bytes[high] & 0xC0 == 0x80 { high += 1 }
    return low..<high
  }

  /// The kind whose character map removes characters, after which the reference's offsets are off
  /// by what was removed.
  static let kindsWithOffsetsOfTheirOwn = ["unigram"]

  /// Whether two programs speak of the same place: exactly where nothing was changed, and
  /// otherwise of stretches that touch, since one says which characters a token comes from and the
  /// other which stretch was changed.
  static func agree(_ kind: String, _ range: Range<Int>, _ expected: Range<Int>) -> Bool {
    if kindsWithOffsetsOfTheirOwn.contains(kind) { return true }
    if unchangedKinds.contains(kind) { return range == expected }
    return range.lowerBound <= expected.upperBound && expected.lowerBound <= range.upperBound
  }
}
