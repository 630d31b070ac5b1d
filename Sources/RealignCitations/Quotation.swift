/// Sentences that pass on the words of a source.
public enum Quotation {
  /// What a sentence quotes, when the quotation is all that it claims: at most eight words stand
  /// around one pair of quotation marks, and none of them is a name or a number.
  public static func content(of sentence: String) -> String? {
    let characters = Array(sentence)
    guard let open = characters.firstIndex(where: isOpening),
      let close = characters.lastIndex(where: isClosing), close > open + 1
    else { return nil }
    let around = String(characters[..<open]) + " " + String(characters[(close + 1)...])
    let words = around.split { !$0.isLetter && !$0.isNumber }
    let claims = words.enumerated().contains { index, word in
      word.contains(where: \.isNumber) || (index > 0 && word.first?.isUppercase == true)
    }
    let inner = String(characters[open + 1..<close])
    let isOne = !inner.contains { isOpening($0) || isClosing($0) }
    return words.count <= 8 && !claims && isOne ? inner : nil
  }

  private static func isOpening(_ character: Character) -> Bool {
    character == "\"" || character == "“"
  }

  private static func isClosing(_ character: Character) -> Bool {
    character == "\"" || character == "”"
  }
}
