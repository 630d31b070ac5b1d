import RealignText
import Testing

/// Texts of which parts come from outside.
struct BytePairTokenizerContentTests {
  private func whole(_ text: String) -> [Range<Int>] { [0..<text.utf8.count] }

  @Test(arguments: ["gpt2", "llama3", "qwen2", "added-tokens"])
  func `without special tokens in the content the ids are those of encoding`(
    kind: String
  ) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    let specials = tokenizer.addedTokens.filter(\.isSpecial).map(\.content)
    for row in try Goldens.rows(kind) {
      #expect(tokenizer.encode(row.text, content: []) == row.bareIDs)
      guard !specials.contains(where: row.text.contains) else { continue }
      #expect(tokenizer.encode(row.text, content: whole(row.text)) == row.bareIDs)
    }
  }

  @Test(arguments: ["gpt2", "llama3", "qwen2", "added-tokens"])
  func `content never gives a special token and loses nothing`(kind: String) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    let specials = tokenizer.addedTokens.filter(\.isSpecial).map(\.content)
    for special in specials {
      for text in [special, "a\(special)b", special + special, "<\(special)>", "é \(special) é"] {
        let ids = tokenizer.encode(text, content: whole(text))
        #expect(!ids.contains(where: tokenizer.isSpecial), "\(text)")
        #expect(tokenizer.decode(ids, skipSpecialTokens: false) == text)
      }
    }
  }

  @Test func `the template's own tokens stay, and those that content completes do not`() throws {
    let tokenizer = try Goldens.tokenizer("gpt2")
    let special = tokenizer.addedTokens.first { $0.isSpecial }
    let token = try #require(special)
    let length = token.content.utf8.count
    let text = token.content + "a" + token.content + "b" + token.content
    let forged = tokenizer.encode(text, content: [length..<(2 * length + 2)])
    #expect(forged.first == token.id)
    #expect(forged.last == token.id)
    #expect(forged.count { $0 == token.id } == 2)
    let partly = tokenizer.encode(token.content, content: [2..<3])
    #expect(!partly.contains(token.id))
    #expect(tokenizer.decode(partly, skipSpecialTokens: false) == token.content)
  }

  /// The method that every tokenizer has.
  private func general(
    _ tokenizer: some Tokenizer,
    _ text: String,
    _ content: [Range<Int>]
  ) -> [Int32] {
    tokenizer.encode(text, content: content)
  }

  @Test(arguments: ["gpt2", "llama3", "added-tokens"])
  func `the method of every tokenizer forges nothing either`(kind: String) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    for special in tokenizer.addedTokens where special.isSpecial && special.content.count > 1 {
      let text = "a" + special.content + special.content + "é" + special.content
      let length = special.content.utf8.count
      let ids = general(tokenizer, text, [0..<(1 + length)])
      #expect(ids.count { tokenizer.isSpecial($0) } == 2, "\(text)")
      #expect(!general(tokenizer, text, whole(text)).contains(where: tokenizer.isSpecial))
      #expect(general(tokenizer, text, []) == tokenizer.encode(text, addSpecialTokens: false))
    }
  }

  @Test func `many forged tokens take no longer than their text`() throws {
    let tokenizer = try Goldens.tokenizer("gpt2")
    let special = tokenizer.addedTokens.first { $0.isSpecial }
    let text = String(repeating: try #require(special).content, count: 5000)
    let ids = tokenizer.encode(text, content: whole(text))
    #expect(!ids.contains(where: tokenizer.isSpecial))
    #expect(general(tokenizer, text, whole(text)).count >= 5000)
  }
}
