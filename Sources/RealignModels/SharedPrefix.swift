/// Consecutive sequences that begin with the same tokens, which are computed once.
struct SharedPrefix: Equatable {
  /// The sequences.
  var range: Range<Int>
  /// Tokens they share; 0 for a sequence by itself.
  var count: Int
  /// Rows that they need when packed together, at most.
  var rows: Int

  /// Shorter beginnings are not worth segments of their own.
  static let shortest = 16

  /// Divides sequences into groups, in order: candidates of one prompt, prompts with one document.
  ///
  /// A sequence joins the group before it when that saves at least as many rows as leaving it out.
  ///
  /// - Parameter limit: Most rows of a group; a single sequence may exceed it.
  static func groups(_ sequences: [TokenSequence], limit: Int) -> [SharedPrefix] {
    var groups: [SharedPrefix] = []
    for (index, sequence) in sequences.enumerated() {
      let size = sequence.ids.count
      if let last = groups.last {
        // Every sequence keeps a row of its own, so that its last target has a predictor.
        let longest = min(last.range.count == 1 ? size - 1 : last.count, size - 1)
        let first = sequences[last.range.lowerBound].ids
        let count = zip(first.dropLast().prefix(longest), sequence.ids).prefix { $0 == $1 }.count
        let joined = last.range.lowerBound..<index + 1
        let rests = last.rows - last.count + last.range.count * (last.count - count) + size - count
        if count >= shortest, count * (joined.count - 1) >= last.count * (last.range.count - 1),
          count + rests <= limit
        {
          groups[groups.count - 1] = SharedPrefix(range: joined, count: count, rows: count + rests)
          continue
        }
      }
      groups.append(SharedPrefix(range: index..<index + 1, count: 0, rows: size))
    }
    return groups
  }

  /// Consecutive groups whose rows together stay within a limit, and the sequences in them.
  static func passes(
    _ groups: [SharedPrefix],
    limit: Int
  ) -> [(sequences: Range<Int>, groups: ArraySlice<SharedPrefix>)] {
    LanguageModel.passes(groups.map(\.rows), rowsPerPass: limit).map { pass in
      (
        groups[pass.lowerBound].range.lowerBound..<groups[pass.upperBound - 1].range.upperBound,
        groups[pass]
      )
    }
  }
}

extension PackedBatch {
  /// The sequences of some groups.
  init(_ sequences: [TokenSequence], groups: some Sequence<SharedPrefix>) {
    self.init()
    for group in groups { append(Array(sequences[group.range]), sharing: group.count) }
  }
}
