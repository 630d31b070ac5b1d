/// Byte strings with a value each, found from the front of a text.
///
/// Nodes are numbers, edges a hash table from node and byte to node.
struct ByteTrie: Sendable {
  private var edges: PairTable
  private var values: [Int32] = [-1]

  /// Room for strings of so many bytes in all.
  init(minimumCapacity: Int) { edges = PairTable(minimumCapacity: min(minimumCapacity, 1 << 20)) }

  /// The node at which every string begins.
  static let root: Int32 = 0

  /// Enters a string; a later value for the same string replaces an earlier one.
  mutating func insert(_ bytes: some Sequence<UInt8>, value: Int32) {
    var node = Self.root
    for byte in bytes {
      if let next = child(node, byte) {
        node = next
      } else {
        let next = Int32(truncatingIfNeeded: values.count)
        edges.set(PairTable.key(node, Int32(byte)), UInt64(next))
        values.append(-1)
        node = next
      }
    }
    values[Int(node)] = value
  }

  /// The node that a byte leads to.
  func child(_ node: Int32, _ byte: UInt8) -> Int32? {
    edges[PairTable.key(node, Int32(byte))].map { Int32(truncatingIfNeeded: $0) }
  }

  /// The value of the string that ends at a node.
  func value(_ node: Int32) -> Int32? { values[Int(node)] < 0 ? nil : values[Int(node)] }
}

extension ComponentSettings {
  /// Longer tokens are refused where every position of a text is compared with all of them.
  static let maximumTokenBytes = 1024

  /// The bytes of a text that characters are looked up with; none where it is missing.
  func affix(_ key: String) throws -> [UInt8] {
    let bytes = Array((try optionalText(key) ?? "").utf8)
    guard bytes.count <= Self.maximumTokenBytes else {
      throw file.error(
        "too long a text",
        field: path(key),
        found: "\(bytes.count) bytes",
        expected: "at most \(Self.maximumTokenBytes) bytes"
      )
    }
    return bytes
  }

  /// Refuses tokens that would make a text slow to look through.
  func checkTokenLengths(_ vocabulary: Vocabulary) throws {
    for id in 0..<Int32(vocabulary.idBound) {
      guard let spelling = vocabulary.spelling(id), spelling.count > Self.maximumTokenBytes else {
        continue
      }
      throw file.error(
        "a token too long",
        field: path("vocab"),
        found: "\(spelling.count) bytes (id \(id))",
        expected: "at most \(Self.maximumTokenBytes) bytes"
      )
    }
  }
}
