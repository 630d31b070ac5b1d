import Crypto
import Foundation
import RealignNumerics
import RealignText

/// Log-probabilities of a reference on disk, so that a run reuses what an earlier one computed.
///
/// They depend on the reference, the rows and the kernels alone; a file is named by a digest of all
/// three and holds the very bits, so a result is the same with the cache and without it. A file
/// that is damaged, or of another format, is computed anew and written again; a directory that
/// cannot be written to is left alone. Neither is an error.
public struct ReferenceCache: Sendable {
  /// The folder of the files.
  public let directory: String
  /// Bytes that all files may take together; those not used for longest go first.
  public let capacity: Int
  private let reference: String

  /// The cache of one reference.
  ///
  /// - Parameters:
  ///   - directory: Created when there is something to write.
  ///   - reference: Identifies the model with its configuration, weights and adapter, and the
  ///     program that computes with it.
  ///   - capacity: In bytes.
  public init(directory: String, reference: String, capacity: Int = 1 << 30) {
    self.directory = directory
    self.reference = reference
    self.capacity = capacity
  }

  private static let formatVersion = 1
  private static let suffix = ".logprobs"

  /// Values of rows: read from a cache where they are in it, else computed and put there.
  ///
  /// - Parameters:
  ///   - cache: Nil computes.
  ///   - group: Ranks that compute together; the first one reads and writes.
  ///   - statistics: Says what the values are.
  ///   - count: Number of values.
  ///   - rows: Adds to the digest all that the values depend on besides the reference.
  ///   - compute: Computes the values.
  /// - Returns: The values, and whether none had to be computed.
  static func values(
    _ cache: ReferenceCache?,
    group: any ProcessGroup = SingleProcess(),
    of statistics: String,
    count: Int,
    rows: (inout TokenDigest) -> Void,
    computing compute: () throws -> [Double]
  ) throws -> (values: [Double], areStored: Bool) {
    guard count > 0 else { return ([], true) }
    guard let cache else { return (try compute(), false) }
    let key = cache.key(statistics, rows)
    let path = "\(cache.directory)/\(key)\(suffix)"
    if let values = try cache.stored(path, key: key, count: count, group: group) {
      return (values, true)
    }
    let values = try compute()
    precondition(values.count == count, "\(values.count) values instead of \(count)")
    if group.isFirst { cache.write(encoded(values, key: key), to: path) }
    return (values, false)
  }

  /// The values that the first rank finds in a file; nil on all ranks when it finds none.
  private func stored(
    _ path: String,
    key: String,
    count: Int,
    group: any ProcessGroup
  ) throws -> [Double]? {
    let values = group.isFirst ? Self.read(path, key: key, count: count) : nil
    if values != nil {
      // The time of the last change is that of the last use.
      try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    }
    guard group.size > 1 else { return values }
    let found = try group.allGather(values.map { JSONValue(exactly: $0) } ?? .null)[0]
    return found == .null ? nil : found.exactDoubles
  }

  private func key(_ statistics: String, _ rows: (inout TokenDigest) -> Void) -> String {
    var digest = TokenDigest()
    digest.append("reference log-probabilities, format \(Self.formatVersion)")
    digest.append("\(Matrix.kernelName), \(Parallel.threads) threads")
    digest.append(reference)
    digest.append(statistics)
    rows(&digest)
    return digest.hexadecimal
  }

  // MARK: Files

  /// `RLGNLOGP`, version, number of values, the key, the values, SHA-256 of all before it; numbers
  /// are of eight bytes, little-endian.
  private static func encoded(_ values: [Double], key: String) -> [UInt8] {
    var bytes = header(key: key, count: values.count)
    bytes.reserveCapacity(bytes.count + 8 * values.count + SHA256.byteCount)
    for value in values { append(value.bitPattern, to: &bytes) }
    return bytes + SHA256.hash(data: bytes)
  }

  private static func header(key: String, count: Int) -> [UInt8] {
    var bytes = Array("RLGNLOGP".utf8)
    append(UInt64(formatVersion), to: &bytes)
    append(UInt64(count), to: &bytes)
    return bytes + Array(key.utf8)
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// The values of a file; nil unless it is whole and says what is asked for.
  private static func read(_ path: String, key: String, count: Int) -> [Double]? {
    let header = header(key: key, count: count)
    let end = header.count + 8 * count
    guard size(of: path) == end + SHA256.byteCount,
      let data = FileManager.default.contents(atPath: path), data.count == end + SHA256.byteCount
    else { return nil }
    let bytes = [UInt8](data)
    guard bytes.starts(with: header), bytes[end...].elementsEqual(SHA256.hash(data: bytes[..<end]))
    else { return nil }
    return stride(from: header.count, to: end, by: 8).map { start in
      Double(
        bitPattern: bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
      )
    }
  }

  /// The size of a regular file; nil where there is none.
  private static func size(of path: String) -> Int? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      attributes[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    return (attributes[.size] as? NSNumber)?.intValue
  }

  private func write(_ bytes: [UInt8], to path: String) {
    let manager = FileManager.default
    try? manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
    guard (try? AtomicFile.write(bytes, to: path)) != nil else { return }
    trim()
  }

  /// Deletes what was not used for longest until the rest fits.
  private func trim() {
    let manager = FileManager.default
    let names = (try? manager.contentsOfDirectory(atPath: directory)) ?? []
    let files = names.filter { $0.hasSuffix(Self.suffix) }.compactMap { name in
      let path = directory + "/" + name
      let attributes = try? manager.attributesOfItem(atPath: path)
      return Self.size(of: path).map { size in
        (path: path, size: size, used: attributes?[.modificationDate] as? Date ?? .distantPast)
      }
    }
    var total = 0
    for file in files.sorted(by: { ($0.used, $0.path) > ($1.used, $1.path) }) {
      total += file.size
      if total > capacity { try? manager.removeItem(atPath: file.path) }
    }
  }
}
