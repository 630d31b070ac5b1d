import RealignText

/// Scalars in TensorBoard's event format, collected in memory and written in one go.
///
/// A file is a sequence of TFRecords (length, masked CRC-32C of the length, data, masked CRC-32C
/// of the data), each holding one Event protocol buffer; the first names the version
/// `brain.Event:2`. Times are given by the caller, so equal input gives equal bytes.
public struct EventFile: Sendable {
  /// The encoded records.
  public private(set) var bytes: [UInt8] = []

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - wallTime: seconds since 1970.
  ///   - resumingAt: first step of a resumed run; readers drop later steps of older files.
  public init(wallTime: Double, resumingAt step: Int? = nil) {
    var version = ProtocolBuffer()
    version.add(1, double: wallTime)
    version.add(3, text: "brain.Event:2")
    append(version)
    guard let step else { return }
    var status = ProtocolBuffer()
    status.add(1, integer: 1)
    var start = ProtocolBuffer()
    start.add(1, double: wallTime)
    start.add(2, integer: Int64(step))
    start.add(7, message: status)
    append(start)
  }

  /// Adds the scalars of one step as one event, in the order given.
  ///
  /// Values are stored as 32-bit floats; those that are not finite are left out, since viewers
  /// show them inconsistently.
  public mutating func add(step: Int, wallTime: Double, scalars: [(tag: String, value: Double)]) {
    var summary = ProtocolBuffer()
    for scalar in scalars where scalar.value.isFinite {
      var value = ProtocolBuffer()
      value.add(1, text: scalar.tag)
      value.add(2, float: Float(scalar.value))
      summary.add(1, message: value)
    }
    guard !summary.bytes.isEmpty else { return }
    var event = ProtocolBuffer()
    event.add(1, double: wallTime)
    event.add(2, integer: Int64(step))
    event.add(5, message: summary)
    append(event)
  }

  /// Adds one scalar.
  public mutating func add(_ tag: String, _ value: Double, step: Int, wallTime: Double) {
    add(step: step, wallTime: wallTime, scalars: [(tag, value)])
  }

  /// The name TensorBoard looks for: `events.out.tfevents.<seconds>.<host>.<number>`.
  public static func name(seconds: Int, host: String, number: Int = 0) -> String {
    let digits = String(seconds)
    let padding = String(repeating: "0", count: max(0, 10 - digits.count))
    let safe = host.unicodeScalars.map { scalar -> Character in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789-".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    return "events.out.tfevents.\(padding)\(digits).\(String(safe)).\(number)"
  }

  /// Writes the file; it appears complete or not at all.
  public func write(to path: String) throws {
    try AtomicFile.write(bytes, to: path)
  }

  private mutating func append(_ message: ProtocolBuffer) {
    var length: [UInt8] = []
    length.appendLittleEndian(UInt64(message.bytes.count))
    bytes += length
    bytes.appendLittleEndian(CRC32C.masked(length))
    bytes += message.bytes
    bytes.appendLittleEndian(CRC32C.masked(message.bytes))
  }
}
