import RealignText
import Testing

struct BytePairTokenizerTests {
  @Test func `tokens and ids name each other`() throws {
    let tokenizer = try Goldens.tokenizer("smollm")
    for (token, id) in tokenizer.vocabulary {
      #expect(tokenizer.id(of: token) == id)
      #expect(tokenizer.token(id) == token)
    }
    #expect(tokenizer.vocabularySize == tokenizer.vocabulary.count)
    #expect(tokenizer.id(of: "no such token") == nil)
    for id: Int32 in [-1, Int32(tokenizer.vocabularySize), .max, .min] {
      #expect(tokenizer.token(id) == nil)
      #expect(tokenizer.bytes(of: id) == nil)
      #expect(tokenizer.decode([id]) == "")
    }
  }

  @Test func `special tokens are left out on demand and added ones are not`() throws {
    let tokenizer = try Goldens.tokenizer("smollm")
    let ids = tokenizer.encode("a<|end|>[1]b")
    #expect(tokenizer.decode(ids, skipSpecialTokens: false) == "a<|end|>[1]b")
    #expect(tokenizer.decode(ids) == "a[1]b")
    let end = try #require(tokenizer.id(of: "<|end|>"))
    #expect(tokenizer.isSpecial(end))
    #expect(try !tokenizer.isSpecial(#require(tokenizer.id(of: "[1]"))))
    #expect(ids.contains(end))
  }

  @Test func `a template stands around a text on demand`() throws {
    let tokenizer = try Goldens.tokenizer("llama3")
    let begin = try #require(tokenizer.id(of: "<|begin|>"))
    #expect(tokenizer.encode("", addSpecialTokens: true) == [begin])
    #expect(tokenizer.encode("", addSpecialTokens: false) == [])
    #expect(tokenizer.encodeWithOffsets("").isEmpty)
  }

  @Test func `a hundred thousand equal characters are encoded`() throws {
    // Quadratic merging would take minutes.
    let tokenizer = try Goldens.tokenizer("gpt2")
    for text in ["a", "^", " ", "\n", "é"] {
      let long = String(repeating: text, count: 100_000)
      let ids = tokenizer.encode(long)
      #expect(tokenizer.decode(ids) == long)
    }
  }

  @Test func `composed and decomposed text are one to a composing tokenizer`() throws {
    let tokenizer = try Goldens.tokenizer("qwen2")
    #expect(tokenizer.encode("cafe\u{301}") == tokenizer.encode("caf\u{E9}"))
    let tokens = tokenizer.encodeWithOffsets("cafe\u{301}")
    #expect(tokens.allSatisfy { $0.range == 0..<6 })
  }
}
