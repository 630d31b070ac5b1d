import Foundation
import RealignData
import RealignModels
import RealignText
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite("Row encoder")
struct RowEncoderTests {
  static let text = CommandFixtures.make(beginOfText: false, seed: 1)
  static let encoder = RowEncoder(text)

  private func piece(_ id: Int32) -> String {
    Self.text.tokenizer.decode([id], skipSpecialTokens: false)
  }

  @Test("ranges lie end to end and spell the text")
  func ranges() {
    let prompt = "Wo spielt Åse?"
    let completion = " In Malmö — 東."
    let row = Self.encoder.encode(prompt: prompt, completion: completion, endsText: true)
    let bytes = Array((prompt + completion).utf8)
    var position = 0
    for (id, range) in zip(row.ids, row.ranges).dropLast() {
      #expect(range.lowerBound == position)
      #expect(Self.text.tokenizer.bytes(of: id) == Array(bytes[range]))
      position = range.upperBound
    }
    #expect(position == bytes.count)
    #expect(row.ids.last == Self.text.tokenizer.endOfText)
    #expect(row.ranges.last == bytes.count..<bytes.count)
    #expect(row.ranges[row.completionStart].lowerBound == prompt.utf8.count)
    #expect(!row.straddles)
  }

  @Test("the end token is not put twice")
  func endToken() {
    let row = Self.encoder.encode(
      prompt: "Who?",
      completion: " Ida<|endoftext|>",
      endsText: true
    )
    let other = Self.encoder.encode(prompt: "Who?", completion: " Ida", endsText: true)
    #expect(row.ids == other.ids)
  }

  @Test("a begin token stays in the prompt, also when the prompt is empty")
  func beginToken() {
    let text = CommandFixtures.make(beginOfText: true, seed: 1)
    let encoder = RowEncoder(text)
    let begin = text.tokenizer.beginOfText
    #expect(encoder.promptIDs("Who").first == begin)
    let row = encoder.encode(prompt: "", completion: "Ida", endsText: false)
    #expect(row.ids.first == begin)
    #expect(row.completionStart == 1)
    #expect(row.ids.filter { $0 == begin }.count == 1)
    let plain = Self.encoder.encode(prompt: "", completion: "Ida Berg", endsText: false)
    #expect(plain.completionStart == 1)
  }

  @Test("a token is in a span when its first character other than white space is")
  func mask() {
    let prompt = "Who?"
    let completion = " Ida Berg wrote the book."
    let row = Self.encoder.encode(prompt: prompt, completion: completion, endsText: true)
    func selected(_ spans: [(Int, Int)]) -> String {
      let mask = Self.encoder.mask(
        row,
        completion: completion,
        spans: spans.map { TextSpan(start: $0.0, end: $0.1) }
      )
      #expect(mask.count == row.ids.count - row.completionStart)
      return zip(row.ids[row.completionStart...], mask).filter { $1 }.map { piece($0.0) }.joined()
    }
    // " wrote" begins with the space at 9; its first letter is at 10.
    #expect(selected([(10, 15)]) == " wrote")
    #expect(selected([(9, 10)]) == "")
    #expect(selected([(1, 9), (24, 25)]).hasPrefix(" Ida"))
    #expect(selected([(0, 25)]) == completion)
  }

  @Test("spans count characters, not bytes")
  func spansInUnicode() {
    let completion = "ö東x"
    let row = Self.encoder.encode(prompt: "Who? ", completion: completion, endsText: false)
    let mask = Self.encoder.mask(
      row,
      completion: completion,
      spans: [TextSpan(start: 1, end: 2)]
    )
    let bytes = zip(row.ids[row.completionStart...], mask).filter { $1 }.flatMap {
      Self.text.tokenizer.bytes(of: $0.0) ?? []
    }
    #expect(String(decoding: bytes, as: UTF8.self) == "東")
  }

  private func pair(_ row: PreferenceRow) throws -> EncodedPair {
    try EncodedPair(row, place: RowPlace(file: "x", line: 1), encoder: Self.encoder)
  }

  @Test("without spans a pair has no masks; prompt and answers spell the texts")
  func pair() throws {
    let encoded = try pair(
      PreferenceRow(prompt: .text("Who?"), chosen: .text(" Ida"), rejected: .text(" Arne Lund"))
    )
    let example = encoded.example
    #expect(example.chosenMask == nil)
    #expect(example.rejectedMask == nil)
    #expect(!encoded.sides.contains { $0.straddles })
    #expect(example.prompt.map(piece).joined() == "Who?")
    #expect(example.chosen.map(piece).joined() == " Ida<|endoftext|>")
    #expect(example.rejected.map(piece).joined() == " Arne Lund<|endoftext|>")
    #expect(encoded.longest == example.prompt.count + example.rejected.count)
  }

  @Test("when one answer joins with the prompt's end, prompt tokens of the other do not count")
  func straddlingPair() throws {
    // "was bo" + "rn" makes the token " born", "was bo" + "!" leaves the prompt's tokens whole.
    let encoded = try pair(
      PreferenceRow(prompt: .text("was bo"), chosen: .text("rn"), rejected: .text("!"))
    )
    let example = encoded.example
    #expect(encoded.sides.map(\.straddles) == [true, false])
    #expect(example.prompt.map(piece).joined() == "was")
    #expect(example.chosen.map(piece) == [" born", "<|endoftext|>"])
    #expect(example.chosenMask == nil)
    let mask = try #require(example.rejectedMask)
    let counted = zip(example.rejected, mask).filter { $1 }.map { piece($0.0) }
    #expect(counted == ["!", "<|endoftext|>"])
    #expect(example.rejected.map(piece).joined() == " bo!<|endoftext|>")
  }

  @Test("digests tell rows apart that join to the same ids")
  func digests() {
    func digest(_ rows: [TokenSequence]) -> String {
      var all = TrainerRows<TokenSequence>()
      all.rows = rows
      return all.digest
    }
    let a = TokenSequence(ids: [1, 2, 3], completionStart: 1)
    let b = TokenSequence(ids: [1, 2, 3], completionStart: 2)
    #expect(digest([a]) == digest([a]))
    #expect(digest([a]) != digest([b]))
    #expect(digest([a, b]) != digest([b, a]))
  }
}
