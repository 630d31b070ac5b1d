import RealignData
import RealignModels
import RealignText
import RealignTraining

/// Turns preference rows with text into token pairs with masks.
struct PreferenceEncoder {
  let text: TextModel

  /// A pair; spans become masks, a token straddling a span's border belongs to it.
  func example(_ row: PreferenceRow) throws -> PreferenceExample {
    let chosen = row.chosen.plainText
    let rejected = row.rejected.plainText
    return PreferenceExample(
      prompt: text.promptIDs(row.prompt.plainText),
      chosen: text.completionIDs(chosen),
      rejected: text.completionIDs(rejected),
      chosenMask: mask(chosen, spans: row.spans?.chosen),
      rejectedMask: mask(rejected, spans: row.spans?.rejected)
    )
  }

  private func mask(_ completion: String, spans: [TextSpan]?) -> [Bool]? {
    guard let spans, !spans.isEmpty,
      let ranges = TextSpan.utf8Ranges(of: spans, in: completion)
    else { return nil }
    let mask = text.completionOffsets(completion).map { token in
      ranges.contains { $0.overlaps(token.range) }
    }
    return mask.contains(true) ? mask : nil
  }
}
