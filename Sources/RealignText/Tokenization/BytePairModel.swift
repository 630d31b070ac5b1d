/// The vocabulary and the merges of a byte-level byte-pair model (Sennrich, Haddow and Birch 2016).
struct BytePairModel: Sendable {
  /// By id, the bytes that the token stands for; `nil` where no token has the id.
  private(set) var tokenBytes: [[UInt8]?]
  /// By id, the spelling of the tokens that the byte alphabet does not spell.
  private(set) var rawTokens: [Int32: String]
  /// The merges in order of rank.
  private(set) var mergeList: [(left: Int32, right: Int32)]
  /// Whether a whole word that is a token is taken without merging.
  let ignoresMerges: Bool

  private let idsByBytes: [[UInt8]: Int32]
  private let idsByRawToken: [[UInt8]: Int32]
  private let merger: BytePairMerger
  /// By byte, the id of its token, or -1.
  private let byteIDs: [Int32]
  /// Whether each of the 256 bytes has a token, so that every text can be encoded.
  let hasAllBytes: Bool
  /// By id, the number of bytes of its token.
  private let lengths: [Int32]

  /// Why a vocabulary and merges cannot be used.
  struct Failure: Error {
    var message: String
    var field: String
    var found: String?
    var expected: String?
  }

  /// A model of tokens as spelled in a vocabulary, and merges as pairs of spellings.
  init(
    vocabulary: [(token: String, id: Int32)],
    merges: [(String, String)],
    ignoresMerges: Bool
  ) throws(Failure) {
    let greatest = vocabulary.map(\.id).max() ?? -1
    // A hostile id must not size an array; real vocabularies have few holes.
    guard Int(greatest) < 8 * vocabulary.count + 65_536 else {
      throw Failure(
        message: "an id is far beyond the number of tokens",
        field: "model.vocab",
        found: "\(greatest)",
        expected: "ids without wide gaps for \(vocabulary.count) tokens"
      )
    }
    tokenBytes = [[UInt8]?](repeating: nil, count: Int(greatest) + 1)
    rawTokens = [:]
    var byBytes: [[UInt8]: Int32] = [:]
    byBytes.reserveCapacity(vocabulary.count)
    var byRawToken: [[UInt8]: Int32] = [:]
    for (token, id) in vocabulary {
      guard id >= 0, tokenBytes[Int(id)] == nil else {
        throw Failure(
          message: id < 0 ? "a negative id" : "two tokens have one id",
          field: "model.vocab",
          found: "\(token): \(id)"
        )
      }
      if let bytes = ByteAlphabet.bytes(of: token) {
        tokenBytes[Int(id)] = bytes
        byBytes[bytes] = id
      } else {
        let bytes = Array(token.utf8)
        tokenBytes[Int(id)] = bytes
        rawTokens[id] = token
        byRawToken[bytes] = id
      }
    }
    idsByBytes = byBytes
    idsByRawToken = byRawToken
    byteIDs = (0...255).map { (byte: UInt8) in byBytes[[byte]] ?? -1 }
    hasAllBytes = !byteIDs.contains(-1)
    lengths = tokenBytes.map { Int32(truncatingIfNeeded: $0?.count ?? 0) }
    self.ignoresMerges = ignoresMerges
    (mergeList, merger) = try Self.resolve(merges, byBytes)
  }

  private static func resolve(
    _ merges: [(String, String)],
    _ ids: [[UInt8]: Int32]
  ) throws(Failure) -> ([(left: Int32, right: Int32)], BytePairMerger) {
    var list: [(left: Int32, right: Int32)] = []
    list.reserveCapacity(merges.count)
    var merger = BytePairMerger(minimumCapacity: merges.count)
    for (rank, pair) in merges.enumerated() {
      let left = try part(pair.0, rank, ids)
      let right = try part(pair.1, rank, ids)
      let whole = try part(pair.0 + pair.1, rank, ids)
      list.append((left, right))
      merger.add(left, right, rank: rank, joined: whole)
    }
    return (list, merger)
  }

  private static func part(
    _ token: String,
    _ rank: Int,
    _ ids: [[UInt8]: Int32]
  ) throws(Failure) -> Int32 {
    guard let bytes = ByteAlphabet.bytes(of: token), let id = ids[bytes] else {
      throw Failure(
        message: "a merge is about a token that the vocabulary lacks",
        field: "model.merges[\(rank)]",
        found: token,
        expected: "tokens of model.vocab"
      )
    }
    return id
  }

  /// The number of bytes that a token of the model stands for.
  @inline(__always)
  func length(_ id: Int32) -> Int { Int(lengths[Int(id)]) }

  /// The greatest id plus one.
  var idBound: Int { tokenBytes.count }

  /// The id of a token by its spelling.
  func id(of token: String) -> Int32? {
    if let bytes = ByteAlphabet.bytes(of: token) { return idsByBytes[bytes] }
    return idsByRawToken[Array(token.utf8)]
  }

  /// The spelling of an id.
  func token(_ id: Int32) -> String? {
    guard id >= 0, Int(id) < tokenBytes.count, let bytes = tokenBytes[Int(id)] else { return nil }
    return rawTokens[id] ?? ByteAlphabet.token(of: bytes)
  }

  /// Appends the ids of one word; bytes without a token are left out.
  func encode(_ bytes: [UInt8], _ word: Range<Int>, to ids: inout [Int32]) {
    if word.count == 1 {
      let id = byteIDs[Int(bytes[word.lowerBound])]
      if id >= 0 { ids.append(id) }
      return
    }
    if ignoresMerges, let id = idsByBytes[Array(bytes[word])] { return ids.append(id) }
    let start = ids.count
    for position in word {
      let id = byteIDs[Int(bytes[position])]
      if id >= 0 { ids.append(id) }
    }
    merger.merge(&ids, from: start)
  }
}
