import Testing

@testable import RealignText

/// Equality with the Hugging Face `tokenizers` library, tokenizer by tokenizer.
struct GoldenTests {
  @Test(arguments: Goldens.kinds)
  func `ids equal those of the reference, with and without template`(kind: String) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    for row in try Goldens.rows(kind) {
      #expect(tokenizer.encode(row.text, addSpecialTokens: true) == row.ids, "\(row.text)")
      #expect(tokenizer.encode(row.text, addSpecialTokens: false) == row.bareIDs, "\(row.text)")
    }
  }

  @Test(arguments: Goldens.kinds)
  func `decoded texts equal those of the reference`(kind: String) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    for row in try Goldens.rows(kind) {
      let decoded = tokenizer.decode(row.ids, skipSpecialTokens: false)
      #expect(Array(decoded.utf8) == Array(row.decoded.utf8))
      #expect(Array(tokenizer.decode(row.ids).utf8) == Array(row.skipped.utf8))
    }
  }

  @Test(arguments: Goldens.kinds)
  func `a second reading and writing changes nothing`(kind: String) throws {
    let first = try Goldens.tokenizer(kind)
    let bytes = first.serializedBytes()
    let second = try BytePairTokenizer(bytes: bytes, file: "again")
    #expect(second.serializedBytes() == bytes)
    for row in try Goldens.rows(kind) {
      #expect(second.encode(row.text, addSpecialTokens: true) == row.ids)
    }
  }

  @Test(arguments: Goldens.kinds.filter { $0 != "partial-bytes" && $0 != "qwen2" })
  func `offsets cover the text and give the ids of encoding`(kind: String) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    for row in try Goldens.rows(kind) {
      let tokens = tokenizer.encodeWithOffsets(row.text)
      #expect(tokens.map(\.id) == row.bareIDs)
      var position = 0
      for token in tokens {
        #expect(token.range.lowerBound == position)
        position = token.range.upperBound
        let bytes = Array(row.text.utf8)[token.range]
        let isAdded = tokenizer.addedTokens.contains { $0.id == token.id }
        if !isAdded { #expect(tokenizer.bytes(of: token.id) == Array(bytes)) }
      }
      #expect(position == row.text.utf8.count)
    }
  }

  @Test(arguments: Goldens.kinds)
  func `text that streams in is the text decoded at once`(kind: String) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    for row in try Goldens.rows(kind) {
      var stream = TextStream(tokenizer: tokenizer, skipSpecialTokens: false)
      var text = ""
      for id in row.ids { text += stream.append(id) }
      text += stream.finish()
      #expect(Array(text.utf8) == Array(row.decoded.utf8))
    }
  }

  @Test func `training gives the vocabulary and merges of the reference`() throws {
    let reference = try Goldens.tokenizer("gpt2")
    let trainer = BytePairTrainer(
      vocabularySize: 420,
      specialTokens: ["<|end|>"],
      splitDigits: false,
      minimumFrequency: 1,
      maximumTokenBytes: 1000
    )
    let trained = trainer.train(try Goldens.corpus())
    #expect(trained.vocabulary.map(\.token) == reference.vocabulary.map(\.token))
    #expect(trained.merges.map(\.left) == reference.merges.map(\.left))
    #expect(trained.merges.map(\.right) == reference.merges.map(\.right))
  }
}
