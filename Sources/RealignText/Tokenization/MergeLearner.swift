/// Finds merges by counting pairs once and then updating the counts around each merge.
struct MergeLearner {
  /// The bytes of every token from the first byte's id on: the bytes, then the joined tokens.
  private(set) var tokens: [[UInt8]]
  /// The merges in order.
  private(set) var merges: [(left: Int32, right: Int32)] = []

  private let firstByteID: Int32
  private let maximumTokenBytes: Int
  /// Tokens that must not be learned because an added token is spelled like them.
  private let reserved: Set<[UInt8]>
  private var idsByBytes: [[UInt8]: Int32] = [:]
  private var words: [[Int32]]
  private let wordCounts: [Int]
  private var pairCounts: [UInt64: Int] = [:]
  /// The words in which a pair occurs or has occurred, in increasing order but for repetitions.
  private var wordsOfPair: [UInt64: [Int32]] = [:]
  private var queue = MinimumHeap<Candidate>()

  /// A pair with its count when it was queued; counts only fall, so the queue is right about which
  /// pair to look at first and the true count is looked up.
  private struct Candidate: Comparable {
    let count: Int
    let pair: UInt64

    static func < (a: Candidate, b: Candidate) -> Bool {
      a.count != b.count ? a.count > b.count : a.pair < b.pair
    }
  }

  init(
    words: [(word: [UInt8], count: Int)],
    firstByteID: Int,
    maximumTokenBytes: Int,
    reserved: Set<[UInt8]>
  ) {
    self.reserved = reserved
    self.firstByteID = Int32(firstByteID)
    self.maximumTokenBytes = maximumTokenBytes
    var byteIDs = [Int32](repeating: 0, count: 256)
    tokens = ByteAlphabet.order.map { [$0] }
    for (index, byte) in ByteAlphabet.order.enumerated() {
      byteIDs[Int(byte)] = Int32(firstByteID + index)
      idsByBytes[[byte]] = Int32(firstByteID + index)
    }
    self.words = words.map { $0.word.map { byteIDs[Int($0)] } }
    wordCounts = words.map(\.count)
  }

  /// Merges until the vocabulary has the size or no pair is frequent enough.
  mutating func learn(vocabularySize: Int, minimumFrequency: Int) {
    countPairs()
    while Int(firstByteID) + tokens.count < vocabularySize, let top = queue.pop() {
      let count = pairCounts[top.pair] ?? 0
      if count != top.count {
        if count > 0 { queue.push(Candidate(count: count, pair: top.pair)) }
        continue
      }
      guard count >= minimumFrequency else { return }
      if reserved.contains(joinedBytes(top.pair)) { continue }
      merge(top.pair)
    }
  }

  private mutating func countPairs() {
    for (index, word) in words.enumerated() {
      for position in 0..<max(0, word.count - 1) {
        add(PairTable.key(word[position], word[position + 1]), wordCounts[index], Int32(index))
      }
    }
    for (pair, count) in pairCounts { queue.push(Candidate(count: count, pair: pair)) }
  }

  private mutating func add(_ pair: UInt64, _ count: Int, _ word: Int32) {
    pairCounts[pair, default: 0] += count
    if wordsOfPair[pair]?.last != word { wordsOfPair[pair, default: []].append(word) }
  }

  private func bytes(_ id: Int32) -> [UInt8] { tokens[Int(id - firstByteID)] }

  private func joinedBytes(_ pair: UInt64) -> [UInt8] {
    let (left, right) = PairTable.pair(pair)
    return bytes(left) + bytes(right)
  }

  private mutating func merge(_ pair: UInt64) {
    let (left, right) = PairTable.pair(pair)
    let joinedBytes = joinedBytes(pair)
    let joined = idsByBytes[joinedBytes] ?? firstByteID + Int32(tokens.count)
    if idsByBytes[joinedBytes] == nil {
      idsByBytes[joinedBytes] = joined
      tokens.append(joinedBytes)
    }
    merges.append((left, right))
    let affected = wordsOfPair.removeValue(forKey: pair) ?? []
    var grown: Set<UInt64> = []
    var last: Int32 = -1
    for index in affected where index != last {
      last = index
      replace(left, right, by: joined, inWord: index, grown: &grown)
    }
    pairCounts[pair] = nil
    for pair in grown {
      if let count = pairCounts[pair], count > 0 { queue.push(Candidate(count: count, pair: pair)) }
    }
  }

  /// Joins the pair in one word and corrects the counts of the pairs around it.
  private mutating func replace(
    _ left: Int32,
    _ right: Int32,
    by joined: Int32,
    inWord index: Int32,
    grown: inout Set<UInt64>
  ) {
    let count = wordCounts[Int(index)]
    var word: [Int32] = []
    swap(&word, &words[Int(index)])
    var kept = 0
    var position = 0
    while position < word.count {
      let token = word[position]
      guard token == left, position + 1 < word.count, word[position + 1] == right else {
        word[kept] = token
        kept += 1
        position += 1
        continue
      }
      if kept > 0 {
        pairCounts[PairTable.key(word[kept - 1], left), default: 0] -= count
        grow(word[kept - 1], joined, count, index, &grown)
      }
      if position + 2 < word.count {
        pairCounts[PairTable.key(right, word[position + 2]), default: 0] -= count
        grow(joined, word[position + 2], count, index, &grown)
      }
      word[kept] = joined
      kept += 1
      position += 2
    }
    word.removeSubrange(kept...)
    swap(&word, &words[Int(index)])
  }

  private mutating func grow(
    _ left: Int32,
    _ right: Int32,
    _ count: Int,
    _ word: Int32,
    _ grown: inout Set<UInt64>
  ) {
    guard bytes(left).count + bytes(right).count <= maximumTokenBytes else { return }
    let pair = PairTable.key(left, right)
    add(pair, count, word)
    grown.insert(pair)
  }
}
