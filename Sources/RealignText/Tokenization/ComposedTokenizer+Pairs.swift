extension ComposedTokenizer {
  /// The ids of a text, with the tokens put around it and the type of each.
  ///
  /// - Parameter maximumLength: Most tokens of the result; the text's last ones are left out.
  ///   The tokens around the text always stay.
  public func encodeTyped(_ text: String, maximumLength: Int? = nil) -> TypedTokens {
    let ids = encode(text, addSpecialTokens: false)
    let limit = maximumLength.map { max(0, $0 - templates.single.added.count) } ?? ids.count
    var result = templates.single.fill([Array(ids.prefix(limit))])
    result.removedCount = max(0, ids.count - limit)
    return result
  }

  /// The ids of two texts as one input, such as premise and hypothesis, with the tokens put around
  /// them and the type of each; `nil` where the tokenizer does not say how two texts are joined.
  ///
  /// - Parameter maximumLength: Most tokens of the result; the longer text's last ones are left
  ///   out, those of both when both are long.
  public func encodePair(
    _ first: String,
    _ second: String,
    maximumLength: Int? = nil
  ) -> TypedTokens? {
    guard let template = templates.pair else { return nil }
    let ids = [first, second].map { encode($0, addSpecialTokens: false) }
    var kept = (ids[0].count, ids[1].count)
    if let maximumLength {
      kept = Self.shares(kept, of: max(0, maximumLength - template.added.count))
    }
    var result = template.fill([Array(ids[0].prefix(kept.0)), Array(ids[1].prefix(kept.1))])
    result.removedCount = ids[0].count + ids[1].count - kept.0 - kept.1
    return result
  }

  /// How many tokens of two texts fit a limit when the longer one is cut first.
  private static func shares(_ counts: (Int, Int), of limit: Int) -> (Int, Int) {
    guard counts.0 + counts.1 > limit else { return counts }
    let short = min(counts.0, counts.1)
    guard 2 * short > limit else {
      return counts.0 <= counts.1 ? (short, limit - short) : (limit - short, short)
    }
    // Both are cut; the longer one keeps the odd token, the second one of two that are as long.
    return counts.0 <= counts.1
      ? (limit / 2, limit - limit / 2) : (limit - limit / 2, limit / 2)
  }
}
