import RealignText

/// A property of a reader that some input broke.
struct FuzzFailure: Error, CustomStringConvertible {
  let description: String
}

/// What is done with arbitrary bytes.
///
/// They are refused by an `InputError` or read into something that works; anything else is a fault
/// of the program. The fuzzers and `CorpusTests` run the same checks.
struct FuzzCheck: Sendable {
  /// Its name: that of its fuzzer, its folder in `Corpus` and its dictionary.
  let name: String
  /// Throws a `FuzzFailure` for bytes that are read wrongly.
  let run: @Sendable ([UInt8]) throws -> Void

  /// Every check: a new one is a line here, a file beside this one and one in `Fuzzers`.
  static let all = [
    json, safeTensors, tokenizer, chatTemplate, regex, configuration, nodeFile,
  ]

  /// Refuses what does not hold.
  static func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    guard holds else { throw FuzzFailure(description: what()) }
  }

  /// What a reader gives, or `nil` for input that it refuses with a whole error.
  static func accepted<Value>(_ read: () throws -> Value) throws -> Value? {
    do {
      return try read()
    } catch let error as InputError {
      try require(error.kind == .badData || error.kind == .badConfiguration, "\(error.kind)")
      try require(!error.message.isEmpty && error.description.utf8.count < 20_000, "a bad message")
      return nil
    }
  }

  /// Refuses ranges that are not in order or go beyond a length.
  static func requireOrder(_ ranges: [Range<Int>], within count: Int) throws {
    var position = 0
    for range in ranges {
      try require(range.lowerBound >= position, "\(range) after \(position)")
      try require(range.upperBound <= count, "\(range) of \(count)")
      position = range.lowerBound
    }
  }
}
