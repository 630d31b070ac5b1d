import RealignModels
import RealignNumerics
import RealignText

/// Work that is divided over ranks, or done by the first one for all.
extension ProcessGroup {
  /// Whether this rank writes files and reports.
  public var isFirst: Bool { rank == 0 }

  /// Results of things that ranks share out among themselves, in the order of things, the same
  /// everywhere.
  ///
  /// - Parameters:
  ///   - count: Number of things.
  ///   - model: What computes them, in one pass each.
  ///   - body: Computes a thing of this rank.
  /// - Throws: What `body` throws; `ProcessGroupError`.
  func shared(
    _ count: Int,
    passing model: LanguageModel,
    _ body: (Int) throws -> JSONValue
  ) throws -> [JSONValue] {
    guard size > 1 else { return try (0..<count).map(body) }
    var own: [JSONValue] = []
    // By turns, so that neighbours, which often cost about as much, go to different ranks.
    for turn in stride(from: 0, to: count, by: size) {
      if turn + rank < count {
        own.append(try body(turn + rank))
      } else {
        model.accompany(training: false)
      }
      try model.requireWeights()
    }
    let all = try allGather(.array(own)).map { $0.arrayValue ?? [] }
    return (0..<count).map { all[$0 % size][$0 / size] }
  }

  /// Metrics of passes that ranks share out among themselves, added in the order of passes.
  ///
  /// - Throws: What `body` throws; `ProcessGroupError`.
  func sum(
    _ passes: [Range<Int>],
    passing model: LanguageModel,
    _ body: (Range<Int>) throws -> MetricSums
  ) throws -> MetricSums {
    var sums = MetricSums()
    for pass in try shared(passes.count, passing: model, { try body(passes[$0]).json }) {
      if let metrics = MetricSums(json: pass) { sums.add(metrics) }
    }
    return sums
  }

  /// Numbers of passes that ranks share out among themselves, in the order of passes.
  ///
  /// - Parameter progress: Called with the end of each pass of this rank.
  /// - Throws: `ProcessGroupError`.
  func values(
    _ passes: [Range<Int>],
    passing model: LanguageModel,
    progress: (Int) -> Void,
    _ body: (Range<Int>) -> [Double]
  ) throws -> [[Double]] {
    try shared(passes.count, passing: model) { index in
      let values = JSONValue(exactly: body(passes[index]))
      progress(passes[index].upperBound)
      return values
    }.map(\.exactDoubles)
  }

  /// Everybody's value, in the order of ranks.
  ///
  /// - Throws: `ProcessGroupError`.
  func allGather(_ value: JSONValue) throws -> [JSONValue] {
    try allGather(value.serializedBytes()).map { try JSONValue.parse($0, file: nil, line: nil) }
  }

  /// What each rank makes for itself; where one fails, all do.
  ///
  /// Nothing collective belongs in it.
  ///
  /// - Throws: As `settle` does.
  public func together<Value>(_ body: () throws -> Value) throws -> Value {
    let result = Result { try body() }
    try settle(result)
    return try result.get()
  }

  /// What the first rank makes; nil on the others.
  ///
  /// - Throws: What `body` throws there; on the others `SharedFailure`, or `ProcessGroupError`.
  public func onFirst<Value>(_ body: () throws -> Value) throws -> Value? {
    try together { isFirst ? try body() : nil }
  }

  /// What the first rank makes, on all ranks.
  ///
  /// - Throws: As `onFirst` does.
  func fromFirst(_ body: () throws -> JSONValue) throws -> JSONValue {
    try allGather(try onFirst(body) ?? .null)[0]
  }

  /// Lets all ranks fail where one has, so that none waits for it.
  ///
  /// - Throws: On the first rank that failed its failure, on the others `SharedFailure` of that;
  ///   `ProcessGroupError`.
  public func settle<Value>(_ result: Result<Value, any Error>) throws {
    if size > 1 {
      var own = JSONValue.null
      if case .failure(let error) = result {
        // A group that cannot go on has no way to say so.
        if error is ProcessGroupError { throw error }
        own = SharedFailure(error, rank: rank).json
      }
      let first = try allGather(own).compactMap { SharedFailure(json: $0) }.first
      if let first, first.rank != rank { throw first }
    }
    _ = try result.get()
  }
}

extension LanguageModel {
  /// Refuses results of passes whose weights could not be gathered from all ranks.
  ///
  /// - Throws: `ProcessGroupError`.
  func requireWeights() throws {
    if let failure = weights.failure { throw failure }
  }
}

/// What went wrong on another rank, which reports it.
public struct SharedFailure: Error, Equatable, CustomStringConvertible {
  /// The rank that failed.
  public let rank: Int
  /// Its error in words.
  public let description: String
  /// The class of its error, where it was the user's.
  public let kind: InputError.Kind?

  init(_ error: any Error, rank: Int) {
    self.rank = rank
    description = "\(error)"
    kind = (error as? InputError)?.kind
  }

  init?(json: JSONValue) {
    guard let rank = json["rank"]?.intValue, let text = json["error"]?.stringValue else {
      return nil
    }
    self.rank = rank
    description = text
    kind = json["kind"]?.intValue.flatMap { InputError.Kind(rawValue: Int32($0)) }
  }

  var json: JSONValue {
    [
      "rank": .integer(rank), "error": .string(description),
      "kind": kind.map { .integer(Int($0.rawValue)) } ?? .null,
    ]
  }
}

extension JSONValue {
  /// Numbers as bit patterns, so that they come back with the same bits.
  init(exactly values: [Double]) {
    self = .array(values.map { .string(String($0.bitPattern, radix: 16)) })
  }

  /// Numbers that were kept as bit patterns.
  var exactDoubles: [Double] {
    (arrayValue ?? []).map {
      Double(bitPattern: $0.stringValue.flatMap { UInt64($0, radix: 16) } ?? 0)
    }
  }
}
