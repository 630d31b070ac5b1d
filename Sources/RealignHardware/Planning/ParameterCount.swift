import RealignText

/// Numbers of weights as people write them.
public enum ParameterCount {
  /// The largest number that is planned for.
  static let limit = 100_000_000_000_000

  /// The number that `30B`, `1.7e9`, `135M` or `1234567` says: K, M, B or G, and T are powers of a
  /// thousand.
  ///
  /// - Throws: `InputError` of kind `usage` for anything else, and outside 1 to 10¹⁴.
  public static func parse(_ text: String) throws -> Int {
    let suffixes: [Character: Double] = ["K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12]
    let scale = text.last.flatMap { suffixes[Character($0.uppercased())] }
    let digits = scale == nil ? text[...] : text.dropLast()
    let isPlain = digits.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || ".eE+".utf8.contains(byte)
    }
    guard isPlain, let value = Double(digits).map({ ($0 * (scale ?? 1)).rounded() }),
      value >= 1, value <= Double(limit)
    else {
      throw InputError(
        .usage,
        "not a number of parameters",
        field: "--parameters",
        found: text,
        expected: "a number from 1 to 1e14, such as 30B, 1.7e9 or 135M"
      )
    }
    return Int(value)
  }

  /// `30B`, `1.7B`, `135M`: three significant digits.
  public static func text(_ count: Int) -> String {
    let units: [(Double, String)] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")]
    guard let (unit, suffix) = units.first(where: { Double(count) >= $0.0 }) else {
      return "\(count)"
    }
    return Shown.number(Double(count) / unit) + suffix
  }
}
