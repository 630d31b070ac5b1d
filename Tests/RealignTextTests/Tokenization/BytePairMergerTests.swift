import Testing

@testable import RealignText

struct BytePairMergerTests {
  /// The definition: look for the lowest rank, leftmost first, until there is none.
  private func mergeByDefinition(
    _ word: [Int32],
    _ ranks: [[Int32]: (rank: Int, joined: Int32)]
  ) -> [Int32] {
    var word = word
    while true {
      let candidates = word.indices.dropLast().compactMap { index in
        ranks[[word[index], word[index + 1]]].map {
          (rank: $0.rank, index: index, joined: $0.joined)
        }
      }
      guard let best = candidates.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else {
        return word
      }
      word.replaceSubrange(best.index...best.index + 1, with: [best.joined])
    }
  }

  @Test func `search and heap follow the definition`() {
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    for _ in 0..<300 {
      var ranks: [[Int32]: (rank: Int, joined: Int32)] = [:]
      var merger = BytePairMerger(minimumCapacity: 4)
      var next: Int32 = 3
      for rank in 0..<random(12) + 1 {
        let pair = [Int32(random(Int(next))), Int32(random(Int(next)))]
        guard ranks[pair] == nil else { continue }
        ranks[pair] = (rank, next)
        merger.add(pair[0], pair[1], rank: rank, joined: next)
        next += 1
      }
      // Both sides of the length where the method changes.
      let word = (0..<[5, 40, 41, 130][random(4)]).map { _ in Int32(random(3)) }
      var merged = word
      merger.merge(&merged)
      #expect(merged == mergeByDefinition(word, ranks))
    }
  }

  @Test func `a pair table finds all it was given after growing`() {
    var table = PairTable(minimumCapacity: 1)
    for index in 0..<5000 {
      table.set(PairTable.key(Int32(index), Int32(index * 7 % 1000)), UInt64(index))
    }
    table.set(PairTable.key(3, 21), 99)
    #expect(table.count == 5000)
    #expect(table[PairTable.key(3, 21)] == 99)
    #expect(table[PairTable.key(4999, 4999 * 7 % 1000)] == 4999)
    #expect(table[PairTable.key(21, 3)] == nil)
    #expect(PairTable.pair(PairTable.key(5, 6)) == (5, 6))
  }

  @Test func `a heap gives its items in order`() {
    var heap = MinimumHeap<Int>()
    for item in [5, 3, 9, 1, 1, 7, 0] { heap.push(item) }
    var items: [Int] = []
    while let item = heap.pop() { items.append(item) }
    #expect(items == [0, 1, 1, 3, 5, 7, 9])
  }
}
