import Foundation
import RealignNumerics
import RealignText

/// Reader of one safetensors file; everything is validated before anything is allocated.
///
/// The rules are those of the reference reader (safetensors 0.8), plus: duplicate keys, control
/// characters in names, more than 100,000 tensors or 8 dimensions are refused.
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
  /// The tensors, sorted by the bytes of their names.
  public let entries: [Entry]
  /// The `__metadata__` of the header.
  public let metadata: [String: String]
  private let file: WeightFile

  /// Opens a file and checks its header; values are read when they are asked for.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isSkipped: Names of tensors that are left out of `entries` and may be of any type, such as
  ///     buffers of indices.
  /// - Throws: `InputError`: `missingInput` when it cannot be read, `badData` when it is malformed.
  public init(path: String, skipping isSkipped: (String) -> Bool = { _ in false }) throws {
    self.path = path
    file = try WeightFile(path: path)
    let header = try SafeTensorsHeader(file, skipping: isSkipped)
    entries = header.entries
    metadata = header.metadata
  }

  /// The entry of a name.
  public func entry(_ name: String) -> Entry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < entries.count, entries[low].name.utf8.elementsEqual(name.utf8) else { return nil }
    return entries[low]
  }

  /// Reads a tensor's values, widened to Float, into a matrix of as many elements.
  ///
  /// - Throws: `InputError` of kind `io` when they cannot be read.
  public func load(_ entry: Entry, into tensor: Tensor) throws {
    try file.load(entry.byteRange, as: entry.type, into: tensor)
  }

  /// Reads some of a tensor's values, of the flat ones in row-major order, widened to Float.
  ///
  /// - Throws: `InputError` of kind `io` when they cannot be read.
  public func load(_ entry: Entry, _ elements: Range<Int>, into tensor: Tensor) throws {
    let bytes = entry.type.byteCount
    let start = entry.byteRange.lowerBound + elements.lowerBound * bytes
    precondition(
      elements.lowerBound >= 0 && start + elements.count * bytes <= entry.byteRange.upperBound,
      "elements \(elements) of \(entry.shape)"
    )
    try file.load(start..<start + elements.count * bytes, as: entry.type, into: tensor)
  }

  /// Reads a tensor's values into weights of as many elements, widened or rounded to their type;
  /// what has their type already is copied straight from the file.
  ///
  /// - Throws: `InputError` of kind `io` when they cannot be read.
  public func load(_ entry: Entry, into weights: WeightMatrix) throws {
    switch weights {
    case .single(let tensor): try file.load(entry.byteRange, as: entry.type, into: tensor)
    case .half(let tensor): try file.load(entry.byteRange, as: entry.type, into: tensor)
    }
  }
}
