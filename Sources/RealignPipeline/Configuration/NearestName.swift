/// Finds what a mistyped name was probably meant to be.
public enum NearestName {
  /// The distance between two texts: insertions, deletions, substitutions and swaps of
  /// neighbours (optimal string alignment).
  public static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first.utf8)
    let b = Array(second.utf8)
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [Int](repeating: i, count: b.count + 1)
      for j in 1...b.count {
        let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        row[j] = min(last[j] + 1, row[j - 1] + 1, substitution)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }

  /// The candidate nearest to a name; the first of equals, nil without candidates.
  ///
  /// A candidate whose last dotted part is the name itself counts as near: `learning_rate` finds
  /// `sft.learning_rate`.
  public static func nearest(to name: String, in candidates: [String]) -> String? {
    // Long names cannot be near; comparing their start keeps the time bounded.
    let short = String(name.prefix(80))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let tail = candidate.split(separator: ".").last.map(String.init) ?? candidate
      let whole = 2 * distance(short, candidate)
      let value = min(whole, 2 * distance(short, tail) + 1)
      if value < best?.distance ?? Int.max { best = (candidate, value) }
    }
    return best?.name
  }
}
