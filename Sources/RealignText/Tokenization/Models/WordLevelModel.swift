/// `WordLevel`: every word is a token or unknown.
struct WordLevelModel: TokenModel {
  let vocabulary: Vocabulary
  private let unknown: Int32

  init(_ settings: ComponentSettings) throws {
    vocabulary = try Vocabulary(settings, "vocab")
    unknown = try vocabulary.unknown(settings)
  }

  func encode(_ bytes: [UInt8], _ word: Range<Int>, to tokens: inout [PlacedToken]) {
    tokens.append(PlacedToken(id: vocabulary.id(bytes[word]) ?? unknown, range: word))
  }
}
