/// The keys and values of a JSON object, in order, with lookup in constant time.
///
/// Keys are compared by their bytes, so that tokens that differ only in Unicode normalisation stay
/// apart.
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  private var storage: [Entry] = []
  /// Positions by key; nil while the object is small enough to be searched.
  private var index: [ExactKey: Int]?

  private struct Entry: Sendable {
    let key: String
    var value: JSONValue
  }

  /// A string that is equal only to the same bytes.
  struct ExactKey: Hashable, Sendable {
    let text: String
    static func == (left: ExactKey, right: ExactKey) -> Bool {
      left.text.hasSameBytes(as: right.text)
    }

    /// Of the bytes: the hash of `String` is the same for all spellings of one text, of which a
    /// hostile file can have any number.
    func hash(into hasher: inout Hasher) {
      var word: UInt64 = 0
      var count = 0
      for byte in text.utf8 {
        word = word << 8 | UInt64(byte)
        count += 1
        if count % 8 == 0 { hasher.combine(word) }
      }
      hasher.combine(word)
      hasher.combine(count)
    }
  }

  /// Objects of at most this many keys are searched from the front.
  private static let searchedSize = 8

  /// An object without keys.
  public init() {}

  /// An object of the given pairs, in order.
  ///
  /// - Precondition: No key occurs twice.
  public init(_ pairs: KeyValuePairs<String, JSONValue>) {
    self.init(pairs: pairs)
  }

  /// An object in the order written.
  ///
  /// - Precondition: No key occurs twice.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(pairs: elements)
  }

  /// An object of the given pairs, in order.
  ///
  /// - Precondition: No key occurs twice.
  public init(pairs: some Sequence<(key: String, value: JSONValue)>) {
    for pair in pairs {
      let isNew = appendIfAbsent(pair.key, pair.value)
      precondition(isNew, "the key \(pair.key) occurs twice")
    }
  }

  init(pairs: [(String, JSONValue)]) {
    self.init(pairs: pairs.lazy.map { (key: $0.0, value: $0.1) })
  }

  /// The number of keys.
  public var count: Int { storage.count }

  /// Whether there is no key.
  public var isEmpty: Bool { storage.isEmpty }

  /// The keys, in order.
  public var keys: [String] { storage.map(\.key) }

  /// The values, in order.
  public var values: [JSONValue] { storage.map(\.value) }

  /// The pairs, in order.
  public var pairs: [(key: String, value: JSONValue)] { storage.map { ($0.key, $0.value) } }

  /// The pair at a position.
  public func pair(at position: Int) -> (key: String, value: JSONValue) {
    (storage[position].key, storage[position].value)
  }

  /// The value of a key; setting `nil` removes the key, setting a new one appends it.
  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { storage[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): storage[position].value = value
      case (let position?, nil): remove(at: position)
      case (nil, let value?): appendIfAbsent(key, value)
      case (nil, nil): break
      }
    }
  }

  /// Appends a pair unless the key is there already, and tells whether it did.
  @discardableResult
  mutating func appendIfAbsent(_ key: String, _ value: JSONValue) -> Bool {
    guard position(of: key) == nil else { return false }
    if storage.isEmpty { storage.reserveCapacity(4) }
    storage.append(Entry(key: key, value: value))
    if storage.count > Self.searchedSize {
      if index == nil { rebuildIndex() } else { index?[ExactKey(text: key)] = storage.count - 1 }
    }
    return true
  }

  /// The object without some of its keys.
  public func removing(_ keys: String...) -> JSONObject {
    let rest = storage.filter { entry in !keys.contains { $0.hasSameBytes(as: entry.key) } }
    guard !rest.isEmpty else { return JSONObject() }
    var result = JSONObject()
    result.storage = rest
    result.rebuildIndex()
    return result
  }

  private func position(of key: String) -> Int? {
    if let index { return index[ExactKey(text: key)] }
    for position in storage.indices where storage[position].key.hasSameBytes(as: key) {
      return position
    }
    return nil
  }

  private mutating func remove(at position: Int) {
    storage.remove(at: position)
    rebuildIndex()
  }

  private mutating func rebuildIndex() {
    index = nil
    guard storage.count > Self.searchedSize else { return }
    var index: [ExactKey: Int] = [:]
    for (position, entry) in storage.enumerated() { index[ExactKey(text: entry.key)] = position }
    self.index = index
  }

  /// Whether both have the same keys and values, in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.storage.allSatisfy { right[$0.key] == $0.value }
  }
}
