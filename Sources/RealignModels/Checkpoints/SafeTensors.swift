import Foundation
import RealignNumerics
import RealignText

/// Reader of one safetensors file; everything is validated before anything is allocated.
///
/// The rules are those of the reference reader, plus: duplicate keys, control characters in names,
/// more than 100,000 tensors or 8 dimensions are refused.
public struct SafeTensorsFile: Sendable {
  /// One tensor of the file.
  public struct Entry: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its scalar type.
    public let type: ScalarType
    /// Its dimensions.
    public let shape: [Int]
    /// Its bytes, counted from the start of the file.
    public let byteRange: Range<Int>
  }

  /// Where it was read from.
  public let path: String
  /// The tensors, sorted by name.
  public let entries: [Entry]
  /// The `__metadata__` of the header.
  public let metadata: [String: String]
  private let data: Data
  /// Positions by name.
  private let index: [String: Int]

  /// Maps a file and checks its header.
  ///
  /// - Throws: `InputError`: `missingInput` when it cannot be read, `badData` when it is malformed.
  public init(path: String) throws {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw InputError(.missingInput, "cannot read the weights", file: path)
    }
    try self.init(data: data, path: path)
  }

  /// Checks the header of a file's bytes.
  ///
  /// - Parameter path: The file's name in errors.
  /// - Throws: `InputError` of kind `badData` when it is malformed.
  public init(data: Data, path: String) throws {
    let header = try SafeTensorsHeader(data: data, path: path)
    self.path = path
    self.data = data
    entries = header.entries
    metadata = header.metadata
    index = Dictionary(
      header.entries.enumerated().map { ($1.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The entry of a name.
  public func entry(_ name: String) -> Entry? { index[name].map { entries[$0] } }

  /// Copies a tensor's values, widened to Float, into a matrix of as many elements.
  public func load(_ entry: Entry, into tensor: Tensor) {
    tensor.load(data, byteRange: entry.byteRange, type: entry.type)
  }
}

/// The checked header of a safetensors file.
struct SafeTensorsHeader {
  var entries: [SafeTensorsFile.Entry] = []
  var metadata: [String: String] = [:]

  init(data: Data, path: String) throws {
    func fail(_ message: String, field: String? = nil, found: String? = nil) -> InputError {
      InputError(
        .badData,
        "not a valid safetensors file: " + message,
        file: path,
        field: field,
        found: found
      )
    }
    guard data.count >= 8 else { throw fail("shorter than its 8-byte header length") }
    var length: UInt64 = 0
    for index in (0..<8).reversed() { length = length << 8 | UInt64(data[index]) }
    guard length <= 100_000_000 else { throw fail("header too large", found: "\(length) bytes") }
    let start = 8 + Int(length)
    guard start <= data.count else {
      throw fail("header longer than the file", found: "\(length) of \(data.count - 8) bytes")
    }
    let json = try JSONValue.parse(Array(data[8..<start]), file: path, line: nil)
    guard let object = json.objectValue else { throw fail("the header is not an object") }
    guard object.keys.count <= 100_001 else { throw fail("more than 100000 tensors") }
    for name in object.keys {
      guard let value = object[name] else { continue }
      if name == "__metadata__" {
        metadata = try Self.readMetadata(value, fail: fail)
      } else {
        entries.append(try Self.readEntry(name, value, bufferStart: start, fail: fail))
      }
    }
    try Self.checkLayout(entries, start: start, end: data.count, fail: fail)
    entries.sort { $0.name < $1.name }
  }

  typealias Failure = (_ message: String, _ field: String?, _ found: String?) -> InputError

  private static func readMetadata(_ value: JSONValue, fail: Failure) throws -> [String: String] {
    if value == .null { return [:] }
    guard let object = value.objectValue else {
      throw fail("metadata is not an object", "__metadata__", nil)
    }
    var result: [String: String] = [:]
    for key in object.keys {
      guard let text = object[key]?.stringValue else {
        throw fail("metadata values must be strings", "__metadata__." + key, nil)
      }
      result[key] = text
    }
    return result
  }

  private static func readEntry(
    _ name: String,
    _ value: JSONValue,
    bufferStart: Int,
    fail: Failure
  ) throws -> SafeTensorsFile.Entry {
    guard !name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
      throw fail("control character in a tensor name", nil, name)
    }
    guard let object = value.objectValue, let typeName = object["dtype"]?.stringValue,
      let shapeValues = object["shape"]?.arrayValue,
      let offsets = object["data_offsets"]?.arrayValue, offsets.count == 2,
      let begin = offsets[0].intValue, let end = offsets[1].intValue
    else { throw fail("an entry needs dtype, shape and data_offsets", name, nil) }
    guard let type = ScalarType(rawValue: typeName) else {
      throw fail("unsupported dtype; F32, F16 and BF16 are accepted", name, typeName)
    }
    guard shapeValues.count <= 8 else { throw fail("more than 8 dimensions", name, nil) }
    var elements = 1
    var shape: [Int] = []
    for item in shapeValues {
      guard let size = item.intValue, size >= 0 else {
        throw fail("dimensions must be whole numbers", name, item.serialized())
      }
      let (product, overflow) = elements.multipliedReportingOverflow(by: size)
      guard !overflow else { throw fail("the shape overflows", name, nil) }
      elements = product
      shape.append(size)
    }
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: type.byteCount)
    guard !overflow, begin >= 0, end >= begin, end - begin == bytes else {
      throw fail("data_offsets disagree with the shape", name, "[\(begin), \(end)]")
    }
    let (last, lastOverflow) = end.addingReportingOverflow(bufferStart)
    guard !lastOverflow else { throw fail("data_offsets overflow", name, "\(end)") }
    return SafeTensorsFile.Entry(
      name: name,
      type: type,
      shape: shape,
      byteRange: bufferStart + begin..<last
    )
  }

  /// Every byte belongs to exactly one tensor: no hole, no overlap, nothing after the last.
  private static func checkLayout(
    _ entries: [SafeTensorsFile.Entry],
    start: Int,
    end: Int,
    fail: Failure
  ) throws {
    var position = start
    for entry in entries.sorted(by: { orderKey($0) < orderKey($1) }) {
      guard entry.byteRange.lowerBound == position else {
        throw fail("hole or overlap before a tensor", entry.name, "\(entry.byteRange)")
      }
      position = entry.byteRange.upperBound
    }
    guard position == end else {
      throw fail("the file does not end with its last tensor", nil, "\(end - position) bytes over")
    }
  }

  private static func orderKey(_ entry: SafeTensorsFile.Entry) -> (Int, Int) {
    (entry.byteRange.lowerBound, entry.byteRange.upperBound)
  }
}

/// Writer of safetensors files, byte-identical to the Python library's for F32.
public enum SafeTensorsWriter {
  /// The whole file: 8-byte length, header sorted by name, padded to 8 bytes, then the values.
  public static func data(
    _ tensors: [(name: String, shape: [Int], values: Tensor)],
    metadata: [String: String]
  ) -> Data {
    let sorted = tensors.sorted { Array($0.name.utf8).lexicographicallyPrecedes($1.name.utf8) }
    var header = JSONObject()
    if !metadata.isEmpty {
      var object = JSONObject()
      for key in metadata.keys.sorted() { object[key] = metadata[key].map { .string($0) } }
      header["__metadata__"] = .object(object)
    }
    var offset = 0
    for tensor in sorted {
      let end = offset + 4 * tensor.values.count
      header[tensor.name] = .object([
        "dtype": .string("F32"),
        "shape": .array(tensor.shape.map { .number(Double($0)) }),
        "data_offsets": .array([.number(Double(offset)), .number(Double(end))]),
      ])
      offset = end
    }
    var text = Array(JSONValue.object(header).serialized().utf8)
    while text.count % 8 != 0 { text.append(0x20) }
    var data = Data(capacity: 8 + text.count + offset)
    var length = UInt64(text.count)
    for _ in 0..<8 {
      data.append(UInt8(length & 0xff))
      length >>= 8
    }
    data.append(contentsOf: text)
    for tensor in sorted { data.append(tensor.values.littleEndianData()) }
    return data
  }
}
