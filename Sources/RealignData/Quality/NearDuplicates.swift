/// Nearly equal texts, by MinHash and locality-sensitive hashing (Broder 1997; Indyk & Motwani
/// 1998).
enum NearDuplicates {
  /// How many words make a run.
  static let runLength = 5
  /// Bands of the signature; texts are compared when one band is equal.
  private static let bands = 12
  /// Values per band: at a similarity of 0.9 a pair is missed with probability
  /// (1 − 0.9⁴)¹² < 10⁻⁵.
  private static let rowsPerBand = 4

  /// How many texts have a Jaccard similarity of at least `similarity` with an earlier one.
  ///
  /// A text of fewer words than a run has no near duplicates.
  static func count(among texts: [NormalizedText], similarity: Double) -> Int {
    let runs = texts.map { Set($0.runs(of: runLength)) }
    var buckets: [UInt64: [Int]] = [:]
    var count = 0
    for (position, set) in runs.enumerated() where !set.isEmpty {
      let keys = bandKeys(of: set)
      // Candidates in order, each compared once; a bucket is kept short by leaving out texts that
      // are near duplicates themselves.
      var compared: Set<Int> = []
      let isDuplicate = keys.contains { key in
        (buckets[key] ?? []).contains { other in
          compared.insert(other).inserted && jaccard(set, runs[other]) >= similarity
        }
      }
      if isDuplicate {
        count += 1
      } else {
        for key in keys { buckets[key, default: []].append(position) }
      }
    }
    return count
  }

  static func jaccard(_ left: Set<UInt64>, _ right: Set<UInt64>) -> Double {
    let common =
      left.count < right.count
      ? left.count { right.contains($0) } : right.count { left.contains($0) }
    let all = left.count + right.count - common
    return all == 0 ? 0 : Double(common) / Double(all)
  }

  private static func bandKeys(of runs: Set<UInt64>) -> [UInt64] {
    var signature = Array(repeating: UInt64.max, count: bands * rowsPerBand)
    for run in runs {
      // Two independent halves stand for all hash functions (Kirsch & Mitzenmacher 2006).
      var value = run
      let step = StableHash.finalized(run ^ 0xD6E8_FEB8_6659_FD93) | 1
      for position in signature.indices {
        signature[position] = min(signature[position], StableHash.finalized(value))
        value = value &+ step
      }
    }
    return (0..<bands).map { band in
      let start = band * rowsPerBand
      return NormalizedText.fingerprint(signature[start..<(start + rowsPerBand)])
        &+ UInt64(band) &* 0x9E37_79B9_7F4A_7C15
    }
  }
}
