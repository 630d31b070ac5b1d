import RealignNumerics
import RealignText

/// The checked header of a safetensors file.
struct SafeTensorsHeader {
  /// Most bytes of a header, most tensors and most dimensions of one.
  static let maximumByteCount = 100_000_000
  static let maximumTensorCount = 100_000
  static let maximumDimensions = 8

  private(set) var entries: [SafeTensorsFile.Entry] = []
  private(set) var metadata: [String: String] = [:]
  private let path: String
  /// Where the values begin in the file.
  private let start: Int

  /// Bytes per element of types that only skipped tensors may have.
  private static let otherByteCounts = [
    "BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "U32": 4, "I32": 4, "U64": 8, "I64": 8,
    "F64": 8,
  ]

  /// A tensor's bytes in the file.
  private typealias Place = (name: String, bytes: Range<Int>)

  /// Reads and checks the header, in the order of the reference reader.
  ///
  /// - Parameter isSkipped: Names of tensors that are checked but are no entries.
  init(_ file: WeightFile, skipping isSkipped: (String) -> Bool) throws {
    path = file.path
    let length = try Self.length(file)
    start = 8 + length
    let bytes = Array(try file.prefix(start).dropFirst(8))
    if let reason = SafeTensorsScan.refusal(of: bytes) { throw failure(reason) }
    let json = try JSONValue.parse(bytes, file: path)
    guard let object = json.objectValue else {
      throw failure("the header is not an object", found: json.kindName)
    }
    if let value = object[Self.metadataKey] { metadata = try readMetadata(value) }
    var places: [Place] = []
    for (name, value) in object.pairs where name != Self.metadataKey {
      let isSkipped = isSkipped(name)
      let (type, shape, bytes) = try readEntry(name, value, isSkipped: isSkipped)
      places.append((name, bytes))
      guard let type, !isSkipped else { continue }
      entries.append(
        SafeTensorsFile.Entry(name: name, type: type, shape: shape, byteRange: bytes)
      )
    }
    guard places.count <= Self.maximumTensorCount else {
      throw failure("more than \(Self.maximumTensorCount) tensors", found: "\(places.count)")
    }
    try checkLayout(places, end: file.byteCount)
    entries.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  static let metadataKey = "__metadata__"

  /// The length of the header, which lies within the file.
  private static func length(_ file: WeightFile) throws -> Int {
    func failure(_ message: String, found: String) -> InputError {
      InputError(
        .badData,
        "not a valid safetensors file: " + message,
        file: file.path,
        found: found
      )
    }
    guard file.byteCount >= 8 else {
      throw failure("shorter than its 8-byte header length", found: "\(file.byteCount) bytes")
    }
    var length: UInt64 = 0
    for byte in try file.prefix(8).reversed() { length = length << 8 | UInt64(byte) }
    guard length <= UInt64(maximumByteCount) else {
      throw failure("header too large", found: "\(length) bytes")
    }
    guard Int(length) <= file.byteCount - 8 else {
      throw failure(
        "header longer than the file",
        found: "\(length) of \(file.byteCount - 8) bytes"
      )
    }
    return Int(length)
  }

  private func failure(
    _ message: String,
    field: String? = nil,
    found: String? = nil,
    expected: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      "not a valid safetensors file: " + message,
      file: path,
      field: field,
      found: found,
      expected: expected
    )
  }

  private func readMetadata(_ value: JSONValue) throws -> [String: String] {
    if value.isNull { return [:] }
    guard let object = value.objectValue else {
      throw failure("metadata is not an object", field: Self.metadataKey, found: value.kindName)
    }
    var result: [String: String] = [:]
    for (key, value) in object.pairs {
      guard let text = value.stringValue else {
        throw failure(
          "metadata values must be strings",
          field: Self.metadataKey + "." + key,
          found: value.kindName
        )
      }
      result[key] = text
    }
    return result
  }

  /// The type, if it is one that is computed with, the shape and the bytes of a tensor.
  private func readEntry(
    _ name: String,
    _ value: JSONValue,
    isSkipped: Bool
  ) throws -> (type: ScalarType?, shape: [Int], bytes: Range<Int>) {
    guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw failure("control character in a tensor name", field: name)
    }
    guard let typeName = value["dtype"]?.stringValue, let sizes = value["shape"]?.arrayValue,
      let offsets = value["data_offsets"]?.arrayValue
    else {
      throw failure(
        "an entry is incomplete",
        field: name,
        expected: "dtype, shape and data_offsets"
      )
    }
    let type = ScalarType(rawValue: typeName)
    guard
      let scalarBytes = type?.byteCount ?? (isSkipped ? Self.otherByteCounts[typeName] : nil)
    else {
      throw failure(
        "unsupported dtype",
        field: name,
        found: typeName,
        expected: ScalarType.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    guard offsets.count == 2, let begin = offsets[0].intValue, let end = offsets[1].intValue,
      0 <= begin, begin <= end
    else {
      throw failure(
        "data_offsets are no range",
        field: name,
        found: value["data_offsets"]?.serialized()
      )
    }
    let shape = try readShape(sizes, of: name)
    let bytes = try byteCount(shape, scalarBytes, of: name)
    guard end - begin == bytes else {
      throw failure(
        "data_offsets disagree with the shape",
        field: name,
        found: "[\(begin), \(end)]",
        expected: "\(bytes) bytes for \(shape) of \(typeName)"
      )
    }
    return (type, shape, start + begin..<start + end)
  }

  private func readShape(_ sizes: [JSONValue], of name: String) throws -> [Int] {
    guard sizes.count <= Self.maximumDimensions else {
      throw failure(
        "more than \(Self.maximumDimensions) dimensions",
        field: name,
        found: "\(sizes.count)"
      )
    }
    return try sizes.map { item in
      guard let size = item.intValue, size >= 0 else {
        throw failure("dimensions must be whole numbers", field: name, found: item.serialized())
      }
      return size
    }
  }

  /// The product is taken from left to right, so that it overflows where the reference's does.
  private func byteCount(_ shape: [Int], _ scalarBytes: Int, of name: String) throws -> Int {
    var product = 1
    for factor in shape + [8 * scalarBytes] {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      guard !overflow else { throw failure("the shape overflows", field: name, found: "\(shape)") }
      product = next
    }
    return product / 8
  }

  /// Every byte belongs to exactly one tensor: no hole, no overlap, nothing after the last.
  private func checkLayout(_ places: [Place], end: Int) throws {
    let sorted = places.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    var position = start
    for entry in sorted {
      let begin = entry.bytes.lowerBound
      guard begin == position else {
        throw failure(
          begin > position ? "hole before a tensor" : "tensors overlap",
          field: entry.name,
          found: "data_offsets from \(begin - start)",
          expected: "\(position - start)"
        )
      }
      position = entry.bytes.upperBound
    }
    guard position == end else {
      throw failure(
        position < end ? "bytes after the last tensor" : "the last tensor ends past the file",
        found: "\(end - start) bytes of values",
        expected: "\(position - start)"
      )
    }
  }
}

/// Limits on the text of a header that hold before it is parsed, so that no tree of values is built
/// from a hostile one.
enum SafeTensorsScan {
  /// Most values of all entries together: an entry has three keys, a type, two offsets, at most
  /// eight dimensions and may have keys of other programs.
  private static let maximumValues = 16 * (SafeTensorsHeader.maximumTensorCount + 1)

  /// Why a header is refused, or nil.
  ///
  /// Numbers outside strings are whole and not negative, as sizes and offsets are; the parser would
  /// take 2.0 for 2.
  static func refusal(of bytes: [UInt8]) -> String? {
    var isInString = false
    var isEscaped = false
    var isInNumber = false
    var objects = 0
    var values = 0
    for byte in bytes {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      let continues = isInNumber
      isInNumber = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"): objects += 1
      case UInt8(ascii: ","): values += 1
      case UInt8(ascii: "-"): return "a negative number in the header"
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        if continues { return "a number with a fraction or exponent in the header" }
      default: break
      }
      // The header itself and its metadata are objects too.
      if objects > SafeTensorsHeader.maximumTensorCount + 2 {
        return "more than \(SafeTensorsHeader.maximumTensorCount) tensors"
      }
      if values > maximumValues { return "more values in the header than tensors need" }
    }
    return nil
  }
}
