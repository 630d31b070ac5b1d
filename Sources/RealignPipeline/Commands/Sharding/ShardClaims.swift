import Foundation
import RealignText

/// A worker that computes one free shard after the other, beside other workers on this and other
/// hosts.
struct ShardClaims<Work: RowWork> {
  let run: RowRun<Work>
  let count: Int
  let output: String

  private var context: CommandContext { run.context }
  private var leaseSeconds: Double { run.request.options.leaseSeconds }

  /// Works until every shard is there, waiting for those that others compute.
  ///
  /// - Throws: `RunInterrupted` when asked to stop; `InputError` of kind `badData` when a shard of
  ///   other work is in the way.
  func work() throws {
    let described = try run.described(blockCounts: nil)
    let owner = LeaseOwner.current
    var watch = LeaseWatch(seconds: leaseSeconds)
    var missing = Array(1...count)
    while true {
      var hasWorked = false
      for number in missing {
        try Interruption.check("\(Work.command), before shard \(number) of \(count)")
        let path = ShardName.path(output, number: number, of: count)
        guard try !isDone(described, number, path) else { continue }
        if let lease = try claim(path, owner: owner, watch: &watch) {
          try compute(described, number, path: path, lease: lease, owner: owner)
          hasWorked = true
        }
      }
      missing = try missing.filter {
        try !isDone(described, $0, ShardName.path(output, number: $0, of: count))
      }
      if missing.isEmpty { return }
      if !hasWorked { Thread.sleep(forTimeInterval: min(1, leaseSeconds / 8)) }
    }
  }

  /// Whether a shard is there; one that cannot be read is computed again.
  private func isDone(_ described: ShardWork, _ number: Int, _ path: String) throws -> Bool {
    let reason = ShardFile.reasonToCompute(described, number: number, count: count, path: path)
    switch reason {
    case nil: return true
    case .absent, .damaged: return false
    case .foreign(let difference):
      throw InputError(
        .badData,
        "a shard of other work is in the way",
        file: path,
        field: difference.field,
        found: difference.found,
        expected: difference.expected,
        hint: "remove the old shards or choose another --output"
      )
    }
  }

  /// A claim on a shard; nil while somebody else holds it.
  private func claim(
    _ path: String,
    owner: LeaseOwner,
    watch: inout LeaseWatch
  ) throws -> Lease? {
    let holder = Lease.holder(of: path)
    guard holder > 0 else { return try Lease.claim(path, generation: 1, owner: owner) }
    let held = Lease(shard: path, generation: holder)
    guard watch.hasLapsed(held) else { return nil }
    let claimed = try Lease.claim(path, generation: holder + 1, owner: owner)
    if claimed != nil {
      context.progress.warn(
        "\(path): its worker has not been heard of for \(Count.decimal(leaseSeconds, places: 0)) s "
          + "and is replaced"
      )
    }
    return claimed
  }

  private func compute(
    _ described: ShardWork,
    _ number: Int,
    path: String,
    lease: Lease,
    owner: LeaseOwner
  ) throws {
    // Its last holder may have finished between the look at the shard and the claim.
    guard try !isDone(described, number, path) else { return lease.release() }
    let keeper = LeaseKeeper(lease, owner: owner, seconds: leaseSeconds)
    defer {
      keeper.stop()
      lease.release()
    }
    try run.compute(described, number, of: count, path: path) { !lease.isLost }
  }
}
