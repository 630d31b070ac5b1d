import Testing

@testable import RealignText

struct AddedTokenMatcherTests {
  private func found(_ text: String, _ tokens: [AddedToken]) -> [String] {
    let bytes = Array(text.utf8)
    return AddedTokenMatcher(tokens).segments(bytes, 0..<bytes.count).map { segment in
      (segment.token.map { "\($0):" } ?? "")
        + String(decoding: bytes[segment.range], as: UTF8.self)
    }
  }

  private func token(_ id: Int32, _ content: String) -> AddedToken {
    AddedToken(id: id, content: content, isSpecial: false)
  }

  @Test func `the leftmost and then the longest token is found`() {
    let tokens = [token(0, "ab"), token(1, "abcd"), token(2, "bcde"), token(3, "d")]
    #expect(found("xabcdez", tokens) == ["x", "1:abcd", "ez"])
    #expect(found("abcabcd", tokens) == ["0:ab", "c", "1:abcd"])
    #expect(found("dd", tokens) == ["3:d", "3:d"])
    #expect(found("abc", tokens) == ["0:ab", "c"])
    #expect(found("", tokens).isEmpty)
    #expect(found("x", []) == ["x"])
  }

  @Test func `white space is swallowed on the sides asked for`() {
    var left = token(0, "L")
    left.stripsLeft = true
    var right = token(1, "R")
    right.stripsRight = true
    #expect(found("a \u{3000}L b", [left]) == ["a", "0: \u{3000}L", " b"])
    #expect(found("a R \n b", [right]) == ["a ", "1:R \n ", "b"])
    #expect(found("R  L", [left, right]) == ["1:R  ", "0:L"])
  }

  @Test func `a single word touches no word character`() {
    var word = token(0, "cat")
    word.isSingleWord = true
    #expect(found("cat", [word]) == ["0:cat"])
    #expect(found("a cat!", [word]) == ["a ", "0:cat", "!"])
    #expect(found("cats _cat écat cat² catٖ", [word]) == ["cats _cat écat ", "0:cat", "² catٖ"])
  }
}
