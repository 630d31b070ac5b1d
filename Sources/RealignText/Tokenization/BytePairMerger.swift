/// Joins adjacent tokens by a ranked list of merges: the lowest rank first, then the leftmost.
struct BytePairMerger: Sendable {
  /// By pair, the rank in the upper and the joined token in the lower 32 bits.
  private var merges: PairTable

  /// Words of up to this many tokens are searched for the lowest rank, longer ones use a heap.
  private static let searchedLength = 40

  init(minimumCapacity: Int) {
    merges = PairTable(minimumCapacity: minimumCapacity)
  }

  /// The number of different pairs.
  var count: Int { merges.count }

  /// Enters a merge; a later entry for the same pair replaces an earlier one.
  mutating func add(_ left: Int32, _ right: Int32, rank: Int, joined: Int32) {
    merges.set(
      PairTable.key(left, right),
      UInt64(UInt32(rank)) << 32 | UInt64(UInt32(bitPattern: joined))
    )
  }

  /// The joined token of a pair, if it has a merge.
  func joined(_ left: Int32, _ right: Int32) -> Int32? {
    merges[PairTable.key(left, right)].map { Int32(truncatingIfNeeded: $0) }
  }

  /// Joins the tokens of one word until no merge applies.
  ///
  /// - Parameters:
  ///   - tokens: Tokens of which the last ones are the word's.
  ///   - start: The first of the word's.
  func merge(_ tokens: inout [Int32], from start: Int = 0) {
    if tokens.count - start <= Self.searchedLength {
      mergeBySearch(&tokens, from: start)
    } else {
      mergeByHeap(&tokens, from: start)
    }
  }

  private func entry(_ left: Int32, _ right: Int32) -> UInt64 {
    merges[PairTable.key(left, right)] ?? .max
  }

  private func mergeBySearch(_ tokens: inout [Int32], from start: Int) {
    var count = tokens.count - start
    guard count > 1 else { return }
    // By token of the word, the merge with the next one.
    var entries = InlineArray<40, UInt64>(repeating: .max)
    for index in 0..<count - 1 {
      entries[index] = entry(tokens[start + index], tokens[start + index + 1])
    }
    while true {
      var best = UInt64.max
      var position = 0
      for index in 0..<count - 1 where entries[index] >> 32 < best >> 32 {
        best = entries[index]
        position = index
      }
      guard best != .max else { break }
      tokens[start + position] = Int32(truncatingIfNeeded: best)
      count -= 1
      for index in position + 1..<count {
        tokens[start + index] = tokens[start + index + 1]
        entries[index] = entries[index + 1]
      }
      entries[count - 1] = .max
      for index in max(0, position - 1)..<min(position + 1, count - 1) {
        entries[index] = entry(tokens[start + index], tokens[start + index + 1])
      }
    }
    tokens.removeLast(tokens.count - start - count)
  }

  /// A merge that was possible when it was entered.
  private struct Candidate: Comparable {
    let rank: UInt32
    let position: Int32
    let joined: Int32
    /// The tokens there at the time; if they have changed the candidate is void.
    let left: Int32
    let right: Int32

    static func < (a: Candidate, b: Candidate) -> Bool {
      (a.rank, a.position) < (b.rank, b.position)
    }
  }

  /// Joins the tokens of one word until no merge applies, and returns for each token left the
  /// position of the first of the tokens that it was made of.
  func mergeKeepingStarts(_ word: inout [Int32]) -> [Int] {
    joinByHeap(&word)
    let starts = word.indices.filter { word[$0] != -1 }
    word.removeAll { $0 == -1 }
    return starts
  }

  private func mergeByHeap(_ tokens: inout [Int32], from start: Int) {
    var word = Array(tokens[start...])
    joinByHeap(&word)
    tokens.removeLast(word.count)
    for token in word where token != -1 { tokens.append(token) }
  }

  /// O(n log n) with a linked list of tokens and a heap of candidates; tokens joined to the one
  /// before become -1.
  private func joinByHeap(_ word: inout [Int32]) {
    let count = word.count
    guard count > 1 else { return }
    precondition(count < Int(Int32.max), "a word of \(count) bytes; below 2^31 expected")
    var next = (0..<count).map { $0 + 1 }
    var previous = (0..<count).map { $0 - 1 }
    var heap = MinimumHeap<Candidate>()
    func push(_ position: Int) {
      guard position >= 0, next[position] < count else { return }
      let left = word[position]
      let right = word[next[position]]
      let found = entry(left, right)
      guard found != .max else { return }
      heap.push(
        Candidate(
          rank: UInt32(truncatingIfNeeded: found >> 32),
          position: Int32(position),
          joined: Int32(truncatingIfNeeded: found),
          left: left,
          right: right
        )
      )
    }
    for position in 0..<count - 1 { push(position) }
    while let candidate = heap.pop() {
      let position = Int(candidate.position)
      // A joined-away token is marked -1, which no candidate has.
      guard word[position] == candidate.left, next[position] < count,
        word[next[position]] == candidate.right
      else { continue }
      let gone = next[position]
      word[position] = candidate.joined
      word[gone] = -1
      next[position] = next[gone]
      if next[gone] < count { previous[next[gone]] = position }
      push(previous[position])
      push(position)
    }
  }
}

/// A binary heap with the least element on top.
struct MinimumHeap<Element: Comparable> {
  private var items: [Element] = []

  /// Adds an element.
  mutating func push(_ item: Element) {
    items.append(item)
    var child = items.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard items[child] < items[parent] else { break }
      items.swapAt(child, parent)
      child = parent
    }
  }

  /// Removes the least element.
  mutating func pop() -> Element? {
    guard let top = items.first, let last = items.popLast() else { return nil }
    guard !items.isEmpty else { return top }
    items[0] = last
    var parent = 0
    while true {
      var least = 2 * parent + 1
      guard least < items.count else { break }
      if least + 1 < items.count, items[least + 1] < items[least] { least += 1 }
      guard items[least] < items[parent] else { break }
      items.swapAt(least, parent)
      parent = least
    }
    return top
  }
}
