/// The spelling of flags.
enum FlagSpelling {
  /// Rewrites `--learning_rate` to `--learning-rate`, as pasted from other trainers; values and
  /// everything after `--` stay.
  static func kebabCase(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var isTail = false
    for argument in arguments {
      if argument == "--" { isTail = true }
      result.append(isTail ? argument : kebabCase(argument))
    }
    return result
  }

  private static func kebabCase(_ argument: String) -> String {
    guard argument.hasPrefix("--") else { return argument }
    let name = argument.prefix { $0 != "=" }
    let isFlag = name.dropFirst(2).utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "-_".utf8.contains($0)
    }
    guard isFlag else { return argument }
    return String(name).replacing("_", with: "-") + argument[name.endIndex...]
  }
}
