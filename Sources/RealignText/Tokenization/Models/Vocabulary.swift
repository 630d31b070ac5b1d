/// Tokens by id and ids by token, tokens compared by their bytes.
struct Vocabulary: Sendable {
  private var spellings: [[UInt8]?]
  private var ids: [[UInt8]: Int32]

  /// The tokens of an object from token to id.
  ///
  /// - Throws: `InputError` for ids that are negative, taken, or far beyond the number of tokens.
  init(_ settings: ComponentSettings, _ key: String) throws {
    let field = settings.path(key)
    let object = try settings.file.object(settings.object, key, field)
    spellings = []
    ids = [:]
    ids.reserveCapacity(object.count)
    // A hostile id must not size an array; real vocabularies have few holes.
    let bound = 8 * object.count + 65_536
    for position in 0..<object.count {
      let pair = object.pair(at: position)
      let id = try settings.file.id(pair.value, field + "." + pair.key)
      guard Int(id) < bound else {
        throw settings.file.error(
          "an id is far beyond the number of tokens",
          field: field,
          found: "\(id)",
          expected: "ids without wide gaps for \(object.count) tokens"
        )
      }
      while spellings.count <= Int(id) { spellings.append(nil) }
      guard spellings[Int(id)] == nil else {
        throw settings.file.error(
          "two tokens have one id",
          field: field,
          found: "\(pair.key): \(id)"
        )
      }
      spellings[Int(id)] = Array(pair.key.utf8)
      ids[Array(pair.key.utf8)] = id
    }
  }

  /// Tokens in the order of their ids; of equal ones the last is found.
  init(_ tokens: [String]) {
    spellings = tokens.map { Array($0.utf8) }
    ids = Dictionary(
      tokens.enumerated().map { (Array($1.utf8), Int32($0)) },
      uniquingKeysWith: { _, last in last }
    )
  }

  /// The greatest id plus one.
  var idBound: Int { spellings.count }

  /// The id of a token by its bytes.
  func id(_ bytes: some Sequence<UInt8>) -> Int32? { ids[Array(bytes)] }

  /// The id of a token.
  func id(of token: String) -> Int32? { ids[Array(token.utf8)] }

  /// The bytes of a token's spelling.
  func spelling(_ id: Int32) -> [UInt8]? {
    id >= 0 && Int(id) < spellings.count ? spellings[Int(id)] : nil
  }

  /// A token.
  func token(_ id: Int32) -> String? {
    spelling(id).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The ids of the tokens `<0x00>` to `<0xFF>`, where they exist.
  var byteTokens: [Int32?] {
    let digits = Array("0123456789ABCDEF".utf8)
    return (0..<256).map { byte in
      id(Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15]] + Array(">".utf8))
    }
  }

  /// The id of the token that a setting names for what is unknown.
  ///
  /// - Throws: `InputError` if it is missing or not a token.
  func unknown(_ settings: ComponentSettings) throws -> Int32 {
    let token = try settings.text("unk_token")
    guard let id = id(of: token) else {
      throw settings.file.error(
        "a token that the vocabulary lacks",
        field: settings.path("unk_token"),
        found: token,
        expected: "a token of " + settings.path("vocab")
      )
    }
    return id
  }
}
