import Foundation
import RealignTestSupport
import Testing

@testable import RealignReports

@Suite("TensorBoard event file") struct EventFileTests {
  @Test("CRC-32C equals the published check values")
  func checksum() {
    // RFC 3720, B.4, and the usual check string.
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum([UInt8]()) == 0)
  }

  @Test("varints, negative integers and floats are encoded as the format says")
  func protocolBuffer() {
    var message = ProtocolBuffer()
    message.add(1, integer: 150)
    message.add(2, integer: -1)
    message.add(3, float: 1)
    message.add(4, text: "hé")
    let bytes: [UInt8] =
      [0x08, 0x96, 0x01, 0x10] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
      + [0x1D, 0, 0, 0x80, 0x3F, 0x22, 3, 0x68, 0xC3, 0xA9]
    #expect(message.bytes == bytes)
  }

  @Test("a file with one scalar has exactly the hand-assembled bytes")
  func golden() throws {
    var file = EventFile(wallTime: 1)
    file.add("loss", 0.5, step: 3, wallTime: 2)
    let first = try #require(Self.records(file.bytes).first)
    #expect(first == [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x1A, 13] + "brain.Event:2".utf8)
    let scalar: [UInt8] = [0x0A, 4] + "loss".utf8 + [0x15, 0, 0, 0, 0x3F]
    let summary: [UInt8] = [0x0A, UInt8(scalar.count)] + scalar
    let event: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 3, 0x2A, UInt8(summary.count)] + summary
    #expect(Self.records(file.bytes) == [first, event])
  }

  @Test("non-finite scalars are left out, a resumed run says where it starts")
  func edges() {
    var file = EventFile(wallTime: 0, resumingAt: 7)
    file.add("loss", .nan, step: 1, wallTime: 0)
    let records = Self.records(file.bytes)
    #expect(records.count == 2)
    #expect(records[1].suffix(6) == [0x10, 7, 0x3A, 2, 0x08, 1])
  }

  @Test("names keep their shape whatever the host is called")
  func name() {
    #expect(
      EventFile.name(seconds: 1_700_000_000, host: "my_host/..", number: 2)
        == "events.out.tfevents.1700000000.my-host---.2"
    )
    #expect(EventFile.name(seconds: 5, host: "a") == "events.out.tfevents.0000000005.a.0")
  }

  @Test("a file on disk holds the bytes")
  func writing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/events"
    var file = EventFile(wallTime: 1)
    file.add("loss", 0.25, step: 1, wallTime: 1)
    try file.write(to: path)
    #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == file.bytes)
  }

  /// The payloads of TFRecords whose lengths and checksums are right.
  static func records(_ bytes: [UInt8]) -> [[UInt8]] {
    var records: [[UInt8]] = []
    var rest = bytes[...]
    func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
      bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    while rest.count >= 16 {
      let header = rest.prefix(8)
      let length = Int(word(header.prefix(4)))
      #expect(word(rest.dropFirst(8).prefix(4)) == CRC32C.masked(header))
      let payload = rest.dropFirst(12).prefix(length)
      #expect(word(rest.dropFirst(12 + length).prefix(4)) == CRC32C.masked(payload))
      records.append(Array(payload))
      rest = rest.dropFirst(16 + length)
    }
    #expect(rest.isEmpty)
    return records
  }
}
