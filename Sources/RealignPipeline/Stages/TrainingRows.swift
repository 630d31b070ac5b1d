import Foundation
import RealignModels
import RealignNumerics

/// Turns prompts and targets into weighted training rows.
struct TrainingRows {
  let text: TextModel
  /// Loss weight of citation markers; they are few, and the answer hangs on them.
  let markerWeight: Float

  /// A row for a prompt's target.
  func target(_ prompt: GroundedQuestion) -> TokenSequence {
    row(prompt: prompt.prompt, completion: prompt.target)
  }

  /// A row for any prompt and completion; markers `[n]` get their weight.
  func row(prompt: String, completion: String) -> TokenSequence {
    let markers = Self.markerRanges(completion)
    return text.sequence(prompt: prompt, completion: completion) { token in
      markers.contains { $0.overlaps(token) } ? markerWeight : 1
    }
  }

  func row(_ row: InstructionRow) -> TokenSequence {
    self.row(prompt: row.prompt, completion: row.completion)
  }

  /// UTF-8 ranges of `[n]` markers.
  static func markerRanges(_ text: String) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start: Int?
    for (offset, byte) in text.utf8.enumerated() {
      if byte == UInt8(ascii: "[") {
        start = offset
      } else if byte == UInt8(ascii: "]"), let opened = start {
        if offset > opened + 1 { ranges.append(opened..<offset + 1) }
        start = nil
      } else if !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        start = nil
      }
    }
    return ranges
  }

  /// Takes `count` rows of a list in a seeded order, starting over when it is short.
  static func draw<Row>(_ rows: [Row], count: Int, seed: UInt64, name: String) -> [Row] {
    guard !rows.isEmpty, count > 0 else { return [] }
    var stream = RandomStream(seed: seed, name: name)
    var result: [Row] = []
    while result.count < count {
      let order = stream.permutation(rows.count)
      result += order.prefix(count - result.count).map { rows[$0] }
    }
    return result
  }
}
