import RealignNumerics

/// A string task on a few generated words.
struct AtlasWordTask {
  /// What to do with the words.
  enum Operation: String, CaseIterable {
    case copy, reverse, first, last, count

    /// The instruction before the words.
    var instruction: String {
      switch self {
      case .copy: "Repeat the words"
      case .reverse: "Reverse the words"
      case .first: "First of the words"
      case .last: "Last of the words"
      case .count: "Count the words"
      }
    }
  }

  /// The task with its words and the cue for the answer.
  let prompt: String
  /// The right answer, without the space before and the full stop after it.
  let answer: String

  /// Draws a task: two to four words to copy or reverse, otherwise two to six.
  init(_ names: inout AtlasNames, _ operation: Operation) {
    let long = operation != .copy && operation != .reverse
    let words = (0..<names.whole(2...(long ? 6 : 4))).map { _ in names.word() }
    prompt = "\(operation.instruction): \(words.joined(separator: " "))\nAnswer:"
    switch operation {
    case .copy: answer = words.joined(separator: " ")
    case .reverse: answer = words.reversed().joined(separator: " ")
    case .first: answer = words[0]
    case .last: answer = words[words.count - 1]
    case .count: answer = String(words.count)
    }
  }
}
