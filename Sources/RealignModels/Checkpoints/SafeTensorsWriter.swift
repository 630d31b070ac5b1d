import Foundation
import RealignNumerics
import RealignText

/// Writer of safetensors files, byte-identical to the Python library's (safetensors 0.8).
///
/// The values come in the library's order: wider types first, then by the bytes of the names.
/// Metadata is sorted by key; the library leaves the order of several keys to chance.
public struct SafeTensorsWriter {
  /// One tensor of a file.
  public struct Entry: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its dimensions.
    public var shape: [Int]
    /// How its values are written.
    public var type: ScalarType

    /// Describes a tensor.
    public init(name: String, shape: [Int], type: ScalarType) {
      self.name = name
      self.shape = shape
      self.type = type
    }

    var elementCount: Int { shape.reduce(1, *) }
  }

  /// A tensor with its values.
  public typealias NamedTensor = (name: String, shape: [Int], values: Tensor)

  /// Values encoded at once.
  private static let elementsPerPiece = 1 << 20

  /// The tensors in the order of the file.
  public let entries: [Entry]
  /// The `__metadata__` of the header; left out when empty.
  public let metadata: [String: String]

  /// Describes a file.
  ///
  /// - Precondition: Names are unique, none is `__metadata__`.
  public init(entries: [Entry], metadata: [String: String]) {
    self.entries = entries.sorted { a, b in
      a.type == b.type
        ? a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        : Self.rank(a.type) > Self.rank(b.type)
    }
    self.metadata = metadata
  }

  /// The library's order of types, as far as they are written here.
  private static func rank(_ type: ScalarType) -> Int {
    switch type {
    case .f16: 0
    case .bf16: 1
    case .f32: 2
    }
  }

  /// Everything before the values: the 8-byte length, then JSON padded to 8 bytes with spaces.
  func header() -> [UInt8] {
    var object = JSONObject()
    if !metadata.isEmpty {
      object[SafeTensorsHeader.metadataKey] = .object(
        JSONObject(
          pairs: metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { (key: $0.key, value: .string($0.value)) }
        )
      )
    }
    var offset = 0
    for entry in entries {
      precondition(object[entry.name] == nil, "tensor \(entry.name) appears twice")
      let end = offset + entry.elementCount * entry.type.byteCount
      object[entry.name] = [
        "dtype": .string(entry.type.rawValue),
        "shape": .array(entry.shape.map { .integer($0) }),
        "data_offsets": [.integer(offset), .integer(end)],
      ]
      offset = end
    }
    var text = JSONValue.object(object).serializedBytes()
    while text.count % 8 != 0 { text.append(0x20) }
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }

  /// Writes the file a few megabytes at a time, under a temporary name, and puts it in place by
  /// rename.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - values: The values of a tensor, as many as its shape has, asked for in the order of
  ///     `entries`; rounded to the entry's type, ties to even.
  /// - Throws: What `values` throws; `InputError`: `badData` for values beyond the range of a type,
  ///   `cannotCreate` or `io`.
  public func write(to path: String, values: (Entry) throws -> WeightMatrix) throws {
    try AtomicFile.write(to: path) { append in
      try append(header())
      for entry in entries {
        try Self.encode(values(entry), as: entry) { try append([UInt8]($0)) }
      }
    }
  }

  private static func encode(
    _ values: WeightMatrix,
    as entry: Entry,
    _ add: (Data) throws -> Void
  ) throws {
    precondition(
      values.rows * values.columns == entry.elementCount,
      "\(entry.name) has \(values) values; \(entry.shape) expected"
    )
    for start in stride(from: 0, to: entry.elementCount, by: elementsPerPiece) {
      let piece = values.slice(start..<min(start + elementsPerPiece, entry.elementCount))
      if entry.type != values.type, entry.type != .f32 {
        try check(piece.widened(), fits: entry)
      }
      try add(piece.encoded(as: entry.type))
    }
  }

  /// Finite values must stay finite; what is not finite to begin with is written as it is.
  private static func check(_ values: Tensor, fits entry: Entry) throws {
    let bound = entry.type.encoding.largestMagnitude
    guard values.largestMagnitude <= bound || !values.isFinite else {
      throw InputError(
        .badData,
        "a weight is too large for \(entry.type.rawValue)",
        field: entry.name,
        found: "\(values.largestMagnitude)",
        expected: "at most \(bound)"
      )
    }
  }

  /// Writes tensors of single precision, as `write(to:values:)` does.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public static func write(
    _ tensors: [NamedTensor],
    metadata: [String: String],
    to path: String
  ) throws {
    let (writer, values) = prepared(tensors, metadata: metadata)
    try writer.write(to: path) { .single(values($0)) }
  }

  /// The whole file with tensors of single precision; for files that fit memory twice.
  public static func data(_ tensors: [NamedTensor], metadata: [String: String]) -> Data {
    let (writer, values) = prepared(tensors, metadata: metadata)
    var data = Data(writer.header())
    for entry in writer.entries { data.append(values(entry).littleEndianData()) }
    return data
  }

  private static func prepared(
    _ tensors: [NamedTensor],
    metadata: [String: String]
  ) -> (SafeTensorsWriter, (Entry) -> Tensor) {
    let writer = SafeTensorsWriter(
      entries: tensors.map { Entry(name: $0.name, shape: $0.shape, type: .f32) },
      metadata: metadata
    )
    let values = [String: Tensor](uniqueKeysWithValues: tensors.map { ($0.name, $0.values) })
    return (writer, { values[$0.name] ?? Tensor(rows: 0, columns: 0) })
  }
}
