import Foundation
import RealignText

/// A worker's claim on a shard: a small file beside it that is renewed while the work goes on.
///
/// `NAME.lease-1` is created exclusively by the first worker. When it has not changed for a while,
/// another one takes over by creating `NAME.lease-2`, and so on: the highest number holds. Leases
/// only keep workers from doing the same work twice. Results never depend on them: a shard is a
/// function of its rows and appears by rename, so two writers write the same bytes.
struct Lease: Sendable, Equatable {
  /// The shard's file.
  let shard: String
  /// Which holder this is, from 1.
  let generation: Int

  /// Where the lease lies.
  var path: String { Self.path(shard, generation) }

  static func path(_ shard: String, _ generation: Int) -> String {
    "\(shard).lease-\(generation)"
  }

  /// The number of the holder of a shard; 0 without one.
  static func holder(of shard: String) -> Int {
    var generation = 0
    while FileManager.default.fileExists(atPath: path(shard, generation + 1)) { generation += 1 }
    return generation
  }

  /// Claims a shard as its `generation`-th holder; nil when somebody else just did.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  static func claim(_ shard: String, generation: Int, owner: LeaseOwner) throws -> Lease? {
    let lease = Lease(shard: shard, generation: generation)
    return try AtomicFile.create(owner.text(beat: 0), at: lease.path) ? lease : nil
  }

  /// What the file says; nil when it is gone.
  var content: Data? { FileManager.default.contents(atPath: path) }

  /// Whether a later holder has taken over.
  var isLost: Bool { FileManager.default.fileExists(atPath: Self.path(shard, generation + 1)) }

  /// Gives the shard up, or ends the work on it: removes the leases of all holders up to this one,
  /// unless a later one has taken over, who will.
  func release() {
    if !isLost { Self.remove(shard, generations: generation) }
  }

  /// Removes every lease on a shard.
  static func clear(_ shard: String) { remove(shard, generations: holder(of: shard)) }

  private static func remove(_ shard: String, generations: Int) {
    // The last first, so that nobody sees a shard whose first holder is gone and whose second is
    // not.
    for number in stride(from: generations, to: 0, by: -1) {
      try? FileManager.default.removeItem(atPath: path(shard, number))
    }
  }

  /// Shows that the holder is alive; a lease that is gone stays gone.
  func renew(owner: LeaseOwner, beat: Int) {
    guard let handle = FileHandle(forWritingAtPath: path) else { return }
    // In place: of a lease that was removed a new file would be nobody's.
    try? handle.write(contentsOf: Data(owner.text(beat: beat).utf8))
    try? handle.synchronize()
    try? handle.close()
  }
}

/// Who holds a lease.
struct LeaseOwner: Sendable, Equatable {
  let host: String
  let process: Int32

  /// This process.
  static var current: LeaseOwner {
    LeaseOwner(host: ProcessInfo.processInfo.hostName, process: getpid())
  }

  /// The file's text; always as long, so that it can be overwritten in place.
  func text(beat: Int) -> String {
    let digits = "\(beat % 10_000_000_000)"
    let padding = String(repeating: "0", count: 10 - digits.count)
    let json: JSONValue = [
      "host": .string(host), "process": .integer(process), "beat": .string(padding + digits),
    ]
    return json.serialized() + "\n"
  }

  /// Whether a lease's text is of this owner.
  func holds(_ content: Data?) -> Bool {
    guard let content, let json = try? JSONValue.parse([UInt8](content)) else { return false }
    return json["host"]?.stringValue == host && json["process"]?.intValue == Int(process)
  }
}
