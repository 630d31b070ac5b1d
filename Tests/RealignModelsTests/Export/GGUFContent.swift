import Foundation
import RealignModels
import RealignText

/// The content of a GGUF file, read by the format's definition and no further.
struct GGUFContent {
  struct Tensor: Equatable {
    var name: String
    /// Innermost first, as the file has them.
    var dimensions: [Int]
    var type: UInt32
    var bytes: [UInt8]
  }

  private(set) var metadata: [String: GGUFValue] = [:]
  private(set) var tensors: [Tensor] = []

  private var bytes: [UInt8]
  private var position = 0

  struct Malformed: Error { let reason: String }

  init(_ data: Data) throws {
    bytes = [UInt8](data)
    guard take(4) == Array("GGUF".utf8), number(4) == 3 else { throw Malformed(reason: "magic") }
    let tensorCount = number(8)
    for _ in 0..<number(8) {
      let key = text()
      guard metadata.updateValue(try value(number(4)), forKey: key) == nil else {
        throw Malformed(reason: key)
      }
    }
    var places: [(tensor: Tensor, offset: Int)] = []
    for _ in 0..<tensorCount {
      let name = text()
      let dimensions = (0..<number(4)).map { _ in number(8) }
      let type = UInt32(number(4))
      places.append((Tensor(name: name, dimensions: dimensions, type: type, bytes: []), number(8)))
    }
    let start = (position + 31) / 32 * 32
    guard bytes[position..<start].allSatisfy({ $0 == 0 }) else {
      throw Malformed(reason: "padding")
    }
    for (place, offset) in places {
      guard offset % 32 == 0 else { throw Malformed(reason: place.name) }
      let count = place.dimensions.reduce(1, *)
      let size = [0: 4 * count, 1: 2 * count, 30: 2 * count, 8: count / 32 * 34][place.type] ?? 0
      var tensor = place
      tensor.bytes = Array(bytes[start + offset..<start + offset + size])
      tensors.append(tensor)
      position = (start + offset + size + 31) / 32 * 32
    }
    guard position == bytes.count else { throw Malformed(reason: "\(bytes.count - position) over") }
  }

  init(path: String) throws { try self.init(Data(contentsOf: URL(fileURLWithPath: path))) }

  func tensor(_ name: String) throws -> Tensor {
    guard let found = tensors.first(where: { $0.name == name }) else {
      throw Malformed(reason: "no \(name) in \(tensors.map(\.name))")
    }
    return found
  }

  func strings(_ key: String) -> [String] {
    guard case .array(let items) = metadata[key] else { return [] }
    return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  func numbers(_ key: String) -> [Int32] {
    guard case .array(let items) = metadata[key] else { return [] }
    return items.compactMap { if case .int32(let number) = $0 { number } else { nil } }
  }

  private mutating func take(_ count: Int) -> [UInt8] {
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  private mutating func number(_ count: Int) -> Int {
    take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func text() -> String { String(decoding: take(number(8)), as: UTF8.self) }

  private mutating func value(_ type: Int) throws -> GGUFValue {
    switch type {
    case 4: return .uint32(UInt32(number(4)))
    case 5: return .int32(Int32(truncatingIfNeeded: number(4)))
    case 6: return .float32(Float(bitPattern: UInt32(number(4))))
    case 7: return .bool(number(1) == 1)
    case 8: return .string(text())
    case 9:
      let item = number(4)
      return .array(try (0..<number(8)).map { _ in try value(item) })
    default: throw Malformed(reason: "type \(type)")
    }
  }
}
