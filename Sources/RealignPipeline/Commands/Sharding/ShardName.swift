/// Names of the files of a division.
enum ShardName {
  /// `scores.jsonl` becomes `scores.shard-00003-of-00016.jsonl`, beside it.
  static func path(_ output: String, number: Int, of count: Int) -> String {
    "\(base(output)).shard-\(padded(number))-of-\(padded(count)).jsonl"
  }

  /// The path without `.jsonl` or `.json`.
  static func base(_ output: String) -> String {
    for ending in [".jsonl", ".json"] where output.hasSuffix(ending) {
      return String(output.dropLast(ending.count))
    }
    return output
  }

  private static func padded(_ number: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
