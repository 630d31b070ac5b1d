import RealignText

/// Which shard a process computes, as `--shard` says it.
public enum ShardChoice: Sendable, Equatable {
  /// `i/n`: shard i of n, counted from 1.
  case number(Int, of: Int)
  /// `auto` or `auto/n`: what Slurm or an indexed Kubernetes job tells its tasks.
  case environment(of: Int?)
  /// `any/n`: shards of n that nobody works on, one after the other, until none is left.
  case any(of: Int)

  /// The most shards; their numbers have five digits in file names.
  static let most = 99_999

  /// Reads `i/n`, `auto`, `auto/n` or `any/n`.
  ///
  /// - Throws: `InputError` of kind `usage`.
  public init(_ text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let count = parts.count == 2 ? Self.whole(parts[1]) : nil
    switch (parts.first.map(String.init), parts.count, count) {
    case ("auto", 1, _): self = .environment(of: nil)
    case ("auto", 2, let count?): self = .environment(of: try Self.checked(count, text))
    case ("any", 2, let count?): self = .any(of: try Self.checked(count, text))
    case (_, 2, let count?):
      guard let number = Self.whole(parts[0]) else { throw Self.error(text) }
      guard (1...(try Self.checked(count, text))).contains(number) else {
        throw Self.error(text, expected: "a shard from 1 to \(count): shards count from 1")
      }
      self = .number(number, of: count)
    default: throw Self.error(text)
    }
  }

  /// Digits only, and few enough for an `Int`.
  static func whole(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func checked(_ count: Int, _ text: String) throws -> Int {
    guard (1...most).contains(count) else {
      throw error(text, expected: "1 to \(most) shards")
    }
    return count
  }

  private static func error(
    _ text: String,
    expected: String = "i/n with i from 1 to n, auto, auto/n or any/n"
  ) -> InputError {
    InputError(.usage, "not a shard", field: "--shard", found: text, expected: expected)
  }
}
