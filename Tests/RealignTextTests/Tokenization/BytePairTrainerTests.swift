import RealignText
import Testing

struct BytePairTrainerTests {
  @Test func `the most frequent pair comes first, among equals that of the lowest ids`() {
    // Words: "abab" twice, "bc" twice. Pairs: ab 4, ba 2, bc 2. After ab: (ab,ab) 2, bc 2.
    let trainer = BytePairTrainer(
      vocabularySize: 1 + 256 + 3,
      specialTokens: ["<e>"],
      splitDigits: false
    )
    let tokenizer = trainer.train(["abab", "bc", "abab", "bc"])
    #expect(tokenizer.merges.map(\.left) == ["a", "b", "ab"])
    #expect(tokenizer.merges.map(\.right) == ["b", "c", "ab"])
    #expect(tokenizer.vocabulary.suffix(3).map(\.token) == ["ab", "bc", "abab"])
  }

  @Test func `ids are in the order special, added, bytes, merges`() {
    let trainer = BytePairTrainer(
      vocabularySize: 300,
      specialTokens: ["<|end|>", "<|pad|>"],
      addedTokens: ["[1]", "[2]"]
    )
    let tokenizer = trainer.train(["banana bandana ban [1]"])
    #expect(
      (0..<5).map { tokenizer.token($0) } == ["<|end|>", "<|pad|>", "[1]", "[2]", "!"]
    )
    #expect(tokenizer.endOfText == 0)
    #expect(tokenizer.padding == 1)
    #expect(tokenizer.beginOfText == nil)
    #expect(tokenizer.token(260) == "an")
    #expect(tokenizer.addedTokens.map(\.isSpecial) == [true, true, false, false])
  }

  @Test func `nothing is learned through added tokens and nothing cuts them`() {
    let trainer = BytePairTrainer(
      vocabularySize: 1000,
      specialTokens: ["<e>"],
      addedTokens: ["[1]", "ab"],
      minimumFrequency: 1
    )
    let tokenizer = trainer.train(Array(repeating: "x[1]y cab [1][1] a b", count: 20))
    for (token, id) in tokenizer.vocabulary where id >= 3 {
      #expect(!token.contains("[1") && !token.contains("1]") && !token.contains("ab"))
    }
    #expect(tokenizer.encode("[1]") == [1])
    #expect(tokenizer.encode("c[1]ab") == [tokenizer.id(of: "c"), 1, 2])
  }

  @Test func `a token spelled like an added one is not learned`() {
    // "Ġa" spells the bytes of " a", which is frequent here.
    let trainer = BytePairTrainer(
      vocabularySize: 400,
      specialTokens: ["<e>"],
      addedTokens: ["Ġa"],
      minimumFrequency: 1
    )
    let tokenizer = trainer.train(["x a x a x a", "Ġa"])
    #expect(tokenizer.vocabulary.count { $0.token == "Ġa" } == 1)
    #expect(tokenizer.decode(tokenizer.encode("x a Ġa")) == "x a Ġa")
  }

  @Test func `the order of texts does not matter`() throws {
    let texts = try Goldens.corpus()
    let trainer = BytePairTrainer(vocabularySize: 500, specialTokens: ["<e>"])
    let first = trainer.train(texts).serializedBytes()
    #expect(trainer.train(texts.reversed()).serializedBytes() == first)
    #expect(trainer.train(texts).serializedBytes() == first)
  }

  @Test func `rare pairs and long tokens are not learned`() {
    let text = Array(repeating: String(repeating: "z", count: 64), count: 3) + ["qk"]
    let trainer = BytePairTrainer(
      vocabularySize: 1000,
      specialTokens: [],
      minimumFrequency: 2,
      maximumTokenBytes: 8
    )
    let tokenizer = trainer.train(text)
    #expect(tokenizer.id(of: "zzzzzzzz") != nil)
    #expect(tokenizer.vocabulary.allSatisfy { $0.token.count <= 8 })
    #expect(tokenizer.id(of: "qk") == nil)
    #expect(tokenizer.endOfText == nil)
  }

  @Test func `no text gives the bytes alone, which encode every text`() {
    let tokenizer = BytePairTrainer(vocabularySize: 257, specialTokens: ["<e>"]).train([])
    #expect(tokenizer.vocabularySize == 257)
    let text = "é😀\u{0}\n1"
    #expect(tokenizer.encode(text).count == text.utf8.count)
    #expect(tokenizer.decode(tokenizer.encode(text)) == text)
  }

  @Test func `digits are single tokens when split`() {
    let texts = Array(repeating: "2024 2024 2024", count: 5)
    let split = BytePairTrainer(vocabularySize: 300, specialTokens: []).train(texts)
    #expect(split.encode("2024").count == 4)
    let whole = BytePairTrainer(vocabularySize: 300, specialTokens: [], splitDigits: false)
    #expect(whole.train(texts).encode("2024").count == 1)
  }

  @Test func `a token that begins texts is put before every one and kept by saving`() throws {
    let trainer = BytePairTrainer(
      vocabularySize: 300,
      specialTokens: ["<e>", "<s>"],
      roles: SpecialTokenRoles(endOfText: "<e>", beginOfText: "<s>", padding: "<e>")
    )
    let tokenizer = trainer.train(["hello"])
    #expect(tokenizer.encode("").elementsEqual([1]))
    let again = try BytePairTokenizer(bytes: tokenizer.serializedBytes(), file: "again")
    #expect(again.encode("hello hello") == tokenizer.encode("hello hello"))
    #expect(again.encode("x").first == 1)
  }
}
