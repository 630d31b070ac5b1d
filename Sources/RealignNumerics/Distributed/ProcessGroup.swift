/// The processes of one job, each with a rank: what data-parallel training needs of a transport.
///
/// Every call is collective: all ranks make the same calls in the same order. Nothing here adds
/// numbers up; callers do, in an order of their own, so that sums do not depend on the transport
/// or on the number of processes.
public protocol ProcessGroup: Sendable {
  /// This process, from 0.
  var rank: Int { get }
  /// How many processes there are.
  var size: Int { get }
  /// How many threads this rank may run beside the others of its machine; all cores by default.
  var threadsPerRank: Int { get }

  /// Everybody's bytes, in the order of ranks; lengths may differ.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  func allGather(_ bytes: [UInt8]) throws -> [[UInt8]]

  /// Copies the values of one rank to all.
  ///
  /// - Parameters:
  ///   - values: Contiguous; of the same size everywhere.
  ///   - root: The rank whose values are kept.
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  func broadcast(_ values: Tensor, from root: Int) throws

  /// Completes a tensor of which every rank has a range.
  ///
  /// - Parameters:
  ///   - values: Contiguous; of the same size everywhere.
  ///   - ranges: What each rank has, of the flat values; they do not overlap.
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  func allGather(_ values: Tensor, ranges: [Range<Int>]) throws

  /// Sends a range of the values to each rank, and receives this rank's range from all.
  ///
  /// - Parameters:
  ///   - values: Contiguous; of the same size everywhere.
  ///   - ranges: What each rank receives, of the flat values.
  ///   - received: One tensor for each rank, of `ranges[rank].count` values; filled with what that
  ///     rank has in this rank's range.
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  func exchange(_ values: Tensor, ranges: [Range<Int>], into received: [Tensor]) throws

  /// Returns when all ranks have called it.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  func barrier() throws
}

/// Why a group of processes cannot go on.
public enum ProcessGroupError: Error, Equatable, CustomStringConvertible {
  /// A rank has not been heard of for some seconds: it is stopped, hung or cut off; 0 seconds: its
  /// process has ended.
  case silent(rank: Int, seconds: Int)
  /// The transport failed, in its own words.
  case failed(String)

  /// What happened.
  public var description: String {
    switch self {
    case .silent(let rank, 0): "rank \(rank) has died"
    case .silent(let rank, let seconds): "rank \(rank) has been silent for \(seconds) s"
    case .failed(let words): words
    }
  }
}

/// A single process: what it sends, it has.
public struct SingleProcess: ProcessGroup {
  /// The only rank.
  public let rank = 0
  /// One.
  public let size = 1

  /// A group of one.
  public init() {}

  /// Its own bytes.
  public func allGather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }

  /// Does nothing.
  public func broadcast(_ values: Tensor, from root: Int) {}

  /// Does nothing.
  public func allGather(_ values: Tensor, ranges: [Range<Int>]) {}

  /// Copies the range.
  public func exchange(_ values: Tensor, ranges: [Range<Int>], into received: [Tensor]) {
    received[0].slice(0..<received[0].count).copy(from: values.slice(ranges[0]))
  }

  /// Does nothing.
  public func barrier() {}
}
