import RealignTestSupport
import Testing

@testable import RealignText

/// Equality with the Hugging Face `tokenizers` library, family by family.
struct ComposedGoldenTests {
  @Test(arguments: ComposedGoldens.kinds)
  func `ids equal those of the reference, with and without template`(kind: String) throws {
    let tokenizer = try ComposedGoldens.tokenizer(kind)
    for row in try ComposedGoldens.rows(kind) {
      #expect(tokenizer.encode(row.text, addSpecialTokens: true) == row.ids, "\(row.text)")
      #expect(tokenizer.encode(row.text, addSpecialTokens: false) == row.bareIDs, "\(row.text)")
      // A second time, from the cache.
      #expect(tokenizer.encode(row.text, addSpecialTokens: true) == row.ids, "\(row.text)")
    }
  }

  @Test(arguments: ComposedGoldens.kinds)
  func `decoded texts equal those of the reference`(kind: String) throws {
    let tokenizer = try ComposedGoldens.tokenizer(kind)
    for row in try ComposedGoldens.rows(kind) {
      let decoded = tokenizer.decode(row.ids, skipSpecialTokens: false)
      #expect(Array(decoded.utf8) == Array(row.decoded.utf8), "\(row.text)")
      let skipped = try #require(row.skipped)
      #expect(Array(tokenizer.decode(row.ids).utf8) == Array(skipped.utf8), "\(row.text)")
    }
  }

  @Test(arguments: ComposedGoldens.kinds)
  func `offsets are of the original text and agree with the reference`(kind: String) throws {
    let tokenizer = try ComposedGoldens.tokenizer(kind)
    for row in try ComposedGoldens.rows(kind) {
      let bytes = Array(row.text.utf8)
      let tokens = tokenizer.encodeWithOffsets(row.text)
      #expect(tokens.map(\.id) == row.bareIDs, "\(row.text)")
      guard tokens.count == row.ranges.count else { continue }
      for (token, expected) in zip(tokens, row.ranges) {
        #expect(token.range.lowerBound >= 0 && token.range.upperBound <= bytes.count)
        let range = ComposedGoldens.widened(token.range, in: bytes)
        #expect(
          ComposedGoldens.agree(kind, range, expected),
          "\(row.text): \(range), not \(expected)"
        )
      }
      for (left, right) in zip(tokens, tokens.dropFirst()) {
        #expect(left.range.lowerBound <= right.range.lowerBound, "\(row.text)")
      }
    }
  }

  @Test(arguments: ComposedGoldens.kinds)
  func `the loader chooses the fast tokenizer where it applies`(kind: String) throws {
    let folder = try TemporaryFolder()
    let path = ComposedGoldens.folder() + "/" + kind + ".json"
    try folder.write(InputFile.bytes(path), to: "tokenizer.json")
    let tokenizer = try TokenizerLoader.load(directory: folder.path)
    #expect(tokenizer is BytePairTokenizer == ComposedGoldens.fastKinds.contains(kind))
    for row in try ComposedGoldens.rows(kind) {
      #expect(tokenizer.encode(row.text, addSpecialTokens: true) == row.ids, "\(row.text)")
    }
  }

  @Test(arguments: ComposedGoldens.kinds)
  func `a saved tokenizer is the same tokenizer, with its configuration`(kind: String) throws {
    let folder = try TemporaryFolder()
    var tokenizer = try ComposedGoldens.tokenizer(kind)
    tokenizer.extraConfiguration = ["chat_template": "{{ x }}", "unk_token": "<unk>"]
    tokenizer.roles.endOfText = tokenizer.token(1)
    try tokenizer.save(to: folder.path)
    let again = try ComposedTokenizer(directory: folder.path)
    #expect(again.serializedBytes() == tokenizer.serializedBytes())
    #expect(again.endOfText == 1)
    #expect(again.extraConfiguration["chat_template"] == "{{ x }}")
    #expect(again.vocabularySize == tokenizer.vocabularySize)
    #expect(try folder.names.count == 3)
  }

  /// Kinds whose decoders look at one token at a time, or at bytes.
  @Test(arguments: ["gpt2", "llama3", "qwen2", "o200k", "llama2", "metaspace"])
  func `text that streams in is the text decoded at once`(kind: String) throws {
    let tokenizer = try ComposedGoldens.tokenizer(kind)
    for row in try ComposedGoldens.rows(kind) {
      var stream = TextStream(tokenizer: tokenizer, skipSpecialTokens: true)
      var text = ""
      for id in row.ids { text += stream.append(id) }
      text += stream.finish()
      #expect(Array(text.utf8) == Array(tokenizer.decode(row.ids).utf8), "\(row.text)")
    }
  }

  @Test func `every id has a spelling that leads back to it`() throws {
    for kind in ComposedGoldens.kinds {
      let tokenizer = try ComposedGoldens.tokenizer(kind)
      let vocabulary = tokenizer.vocabulary
      #expect(vocabulary.count > 100)
      #expect(vocabulary.allSatisfy { tokenizer.id(of: $0.token) == $0.id })
      #expect(tokenizer.token(Int32(tokenizer.vocabularySize)) == nil)
      #expect(tokenizer.bytes(of: -1) == nil)
    }
  }
}
