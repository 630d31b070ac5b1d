import Foundation
import RealignNumerics
import RealignText

/// Writer of GGUF files, version 3, little-endian.
///
/// A file is a header, metadata, the places of the tensors and their values, each tensor aligned to
/// 32 bytes. Values are encoded and written a few megabytes at a time.
public struct GGUFWriter {
  /// One tensor of the file.
  public struct Entry: Sendable, Equatable {
    /// Its name, shorter than 64 bytes.
    public var name: String
    /// Its dimensions, outermost first, as in a checkpoint; at most 4.
    public var shape: [Int]
    /// How its values are stored; rows of `q8_0` are multiples of 32 long.
    public var type: GGUFTensorType

    /// Describes a tensor.
    public init(name: String, shape: [Int], type: GGUFTensorType) {
      self.name = name
      self.shape = shape
      self.type = type
    }

    var elementCount: Int { shape.reduce(1, *) }

    var byteCount: Int {
      let columns = shape.last ?? 1
      return columns == 0 ? 0 : elementCount / columns * type.encoding.byteCount(columns: columns)
    }
  }

  /// Every tensor and the values begin at a multiple of this many bytes.
  static let alignment = 32
  /// Values encoded at once.
  private static let elementsPerPiece = 1 << 20

  /// Keys and values in the order of the file.
  public let metadata: [(key: String, value: GGUFValue)]
  /// The tensors in the order of the file.
  public let entries: [Entry]

  /// Describes a file.
  ///
  /// - Precondition: Keys and names are unique, no array is empty, each tensor fits its type.
  public init(metadata: [(key: String, value: GGUFValue)], entries: [Entry]) {
    precondition(Set(metadata.map(\.key)).count == metadata.count, "a key appears twice")
    precondition(Set(entries.map(\.name)).count == entries.count, "a tensor appears twice")
    for entry in entries {
      precondition(
        (1...63).contains(entry.name.utf8.count) && (1...4).contains(entry.shape.count),
        "tensor \(entry.name) with \(entry.shape.count) dimensions; 1 to 4 expected"
      )
    }
    self.metadata = metadata
    self.entries = entries
  }

  /// Everything before the values, padded to the alignment.
  func header() -> Data {
    var bytes = GGUFBytes()
    for character in "GGUF".utf8 { bytes.append(character) }
    bytes.append(UInt32(3))
    bytes.append(UInt64(entries.count))
    bytes.append(UInt64(metadata.count))
    for (key, value) in metadata {
      bytes.append(key)
      bytes.append(typed: value)
    }
    var offset = 0
    for entry in entries {
      bytes.append(entry.name)
      bytes.append(UInt32(entry.shape.count))
      for size in entry.shape.reversed() { bytes.append(UInt64(size)) }
      bytes.append(entry.type.rawValue)
      bytes.append(UInt64(offset))
      offset += entry.byteCount + GGUFBytes.padding(entry.byteCount, to: Self.alignment)
    }
    bytes.pad(to: Self.alignment)
    return bytes.data
  }

  /// Writes the file under a temporary name and puts it in place by rename.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - values: The values of a tensor, as many as its shape has, asked for in order.
  /// - Returns: The length of the file in bytes.
  /// - Throws: What `values` throws; `InputError` of kind `cannotCreate` or `io`.
  @discardableResult
  public func write(to path: String, values: (Entry) throws -> Tensor) throws -> Int {
    var length = 0
    try AtomicFile.write(to: path) { append in
      func add(_ data: Data) throws {
        length += data.count
        try append([UInt8](data))
      }
      try add(header())
      for entry in entries {
        try encode(values(entry), as: entry, add)
        try add(Data(count: GGUFBytes.padding(length, to: Self.alignment)))
      }
    }
    return length
  }

  private func encode(_ values: Tensor, as entry: Entry, _ add: (Data) throws -> Void) throws {
    precondition(
      values.count == entry.elementCount,
      "\(entry.name) has \(values.count) values; \(entry.elementCount) expected"
    )
    let columns = max(1, entry.shape.last ?? 1)
    let matrix = values.reshaped(rows: values.count / columns, columns: columns)
    let step = max(1, Self.elementsPerPiece / columns)
    for start in stride(from: 0, to: matrix.rows, by: step) {
      let rows = matrix.rows(start..<min(start + step, matrix.rows))
      try add(rows.encoded(entry.type.encoding))
    }
  }
}
