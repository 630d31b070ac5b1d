import RealignText

/// A command that is to be divided, as it was typed.
struct SplitCommand: Equatable {
  /// The command's name.
  let name: String
  /// Name and arguments.
  let arguments: [String]
  /// The file that the merged results go to, and after which the shards are named.
  let output: String

  /// - Throws: `InputError` of kind `usage`.
  init(_ arguments: [String]) throws {
    guard let name = arguments.first, RowWorks.named(name) != nil else {
      throw InputError(
        .usage,
        "not a command that can be divided",
        found: arguments.first ?? "nothing",
        expected: RowWorks.all.map { $0.command }.joined(separator: ", ")
      )
    }
    for flag in ["--shard", "--plan", "--weights"]
    where arguments.contains(where: { $0 == flag || $0.hasPrefix(flag + "=") }) {
      throw InputError(
        .usage,
        "the division is work-split's",
        field: flag,
        found: "given",
        hint: "run the command itself with \(flag), or leave it out"
      )
    }
    guard let output = Self.value("--output", in: arguments) else {
      throw InputError(
        .usage,
        "the command needs --output",
        found: arguments.joined(separator: " "),
        hint: "shards are written beside it"
      )
    }
    self.name = name
    self.arguments = arguments
    self.output = name == EvaluateWork.command ? EvaluateCommand.file(in: output) : output
  }

  private static func value(_ flag: String, in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument.hasPrefix(flag + "=") { return String(argument.dropFirst(flag.count + 1)) }
      if argument == flag { return arguments.dropFirst(index + 1).first }
    }
    return nil
  }
}
