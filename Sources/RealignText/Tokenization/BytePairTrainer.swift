/// Learns a byte-level byte-pair vocabulary from texts, the same for the same texts in any order.
///
/// The algorithm is that of Sennrich, Haddow and Birch (2016), over bytes.
/// Ids go to the special tokens, the other added tokens, the 256 bytes and the merges, in this
/// order. The most frequent pair is merged first, among equals that of the lowest ids.
public struct BytePairTrainer: Sendable {
  /// The number of tokens to learn; fewer when no pair is frequent enough.
  public let vocabularySize: Int
  /// Tokens that decoding can leave out, such as the end of text.
  public let specialTokens: [String]
  /// Tokens that stay whole and are ordinary text otherwise, such as `[1]`.
  public let addedTokens: [String]
  /// Whether each digit is a token of its own.
  public let splitDigits: Bool
  /// Pairs met less often are not merged.
  public let minimumFrequency: Int
  /// Tokens longer than this many bytes are not learned.
  public let maximumTokenBytes: Int
  /// The roles of special tokens in the tokenizer learned.
  public let roles: SpecialTokenRoles

  /// A trainer of vocabularies.
  ///
  /// - Parameters:
  ///   - roles: What the special tokens are for. By default the first ends a text, the first with
  ///     `pad` in its name, or else the first, fills batches up, and none begins a text. A token
  ///     that begins texts is put before every one.
  /// - Precondition: The size has room for all tokens and bytes, no token is empty, occurs twice or
  ///   is a single character that spells a byte, and the roles are given to special tokens.
  public init(
    vocabularySize: Int,
    specialTokens: [String],
    addedTokens: [String] = [],
    splitDigits: Bool = true,
    minimumFrequency: Int = 2,
    maximumTokenBytes: Int = 64,
    roles: SpecialTokenRoles? = nil
  ) {
    let fixed = specialTokens + addedTokens
    precondition(
      vocabularySize >= fixed.count + 256,
      "vocabulary of \(vocabularySize); at least \(fixed.count + 256) is needed for 256 bytes and "
        + "\(fixed.count) added tokens"
    )
    precondition(
      Set(fixed).count == fixed.count,
      "an added token occurs twice among \(fixed)"
    )
    precondition(
      fixed.allSatisfy { 1...AddedTokenMatcher.maximumContentBytes ~= $0.utf8.count },
      "an added token is empty or too long among \(fixed)"
    )
    precondition(
      fixed.allSatisfy { ByteAlphabet.bytes(of: $0)?.count != 1 },
      "an added token is spelled like a byte among \(fixed)"
    )
    let roles =
      roles
      ?? SpecialTokenRoles(
        endOfText: specialTokens.first,
        padding: specialTokens.first { $0.lowercased().contains("pad") } ?? specialTokens.first
      )
    for role in [roles.endOfText, roles.beginOfText, roles.padding] {
      precondition(
        role.map(specialTokens.contains) ?? true,
        "the role of \(role ?? "") is not that of one of \(specialTokens)"
      )
    }
    self.vocabularySize = vocabularySize
    self.specialTokens = specialTokens
    self.addedTokens = addedTokens
    self.splitDigits = splitDigits
    self.minimumFrequency = max(1, minimumFrequency)
    self.maximumTokenBytes = maximumTokenBytes
    self.roles = roles
  }

  /// Learns from texts; added tokens in them are cut out, so that nothing is learned through them.
  public func train(_ texts: [String]) -> BytePairTokenizer {
    let added = (specialTokens + addedTokens).enumerated().map { index, content in
      AddedToken(id: Int32(index), content: content, isSpecial: index < specialTokens.count)
    }
    let splitter = WordSplitter(digits: splitDigits ? .individual : .kept, pattern: .gpt2)
    let words = countWords(texts, added: added, splitter: splitter)
    var learner = MergeLearner(
      words: words,
      firstByteID: added.count,
      maximumTokenBytes: maximumTokenBytes,
      reserved: Set(added.compactMap { ByteAlphabet.bytes(of: $0.content) })
    )
    learner.learn(vocabularySize: vocabularySize, minimumFrequency: minimumFrequency)
    return tokenizer(added: added, splitter: splitter, learner: learner)
  }

  /// The distinct words with their numbers of occurrences, in the order of their bytes.
  private func countWords(
    _ texts: [String],
    added: [AddedToken],
    splitter: WordSplitter
  ) -> [(word: [UInt8], count: Int)] {
    let matcher = AddedTokenMatcher(added)
    var counts: [ArraySlice<UInt8>: Int] = [:]
    for text in texts {
      let bytes = Array(text.utf8)
      for segment in matcher.segments(bytes, 0..<bytes.count) where segment.token == nil {
        splitter.forEachWord(in: bytes, segment.range) { word in
          guard word.count > 1 else { return }
          let found = counts[bytes[word]]
          // A new key is copied, as a slice would keep the whole text alive.
          if let found {
            counts[bytes[word]] = found + 1
          } else {
            counts[ArraySlice(Array(bytes[word]))] = 1
          }
        }
      }
    }
    return counts.map { (word: Array($0.key), count: $0.value) }
      .sorted { $0.word.lexicographicallyPrecedes($1.word) }
  }

  private func tokenizer(
    added: [AddedToken],
    splitter: WordSplitter,
    learner: MergeLearner
  ) -> BytePairTokenizer {
    let spellings = learner.tokens.map { ByteAlphabet.token(of: $0) }
    let base = added.count
    var vocabulary = added.map { (token: $0.content, id: $0.id) }
    for (index, token) in spellings.enumerated() { vocabulary.append((token, Int32(base + index))) }
    let merges = learner.merges.map { pair in
      (spellings[Int(pair.left) - base], spellings[Int(pair.right) - base])
    }
    let begin = added.first { $0.content == roles.beginOfText }
    let model: BytePairModel
    do throws(BytePairModel.Failure) {
      model = try BytePairModel(vocabulary: vocabulary, merges: merges, ignoresMerges: false)
    } catch {
      preconditionFailure("a learned vocabulary is inconsistent: \(error.message)")
    }
    var tokenizer = BytePairTokenizer(
      model: model,
      splitter: splitter,
      composesCharacters: false,
      prefix: begin.map { [$0.id] } ?? [],
      suffix: [],
      addedTokens: added,
      skeleton: BytePairTokenizer.newSkeleton(splitsDigits: splitDigits, beginOfText: begin)
    )
    tokenizer.roles = roles
    return tokenizer
  }
}
