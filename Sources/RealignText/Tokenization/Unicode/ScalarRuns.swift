/// A set of Unicode scalars as sorted, separate runs.
struct ScalarRuns: Sendable, Equatable {
  private let starts: [UInt32]
  /// The last scalar of each run.
  private let ends: [UInt32]

  /// The set that a table spells: gap and length of every run, in hexadecimal.
  init(table: some StringProtocol) {
    let numbers = table.split(separator: ",").map { UInt32($0, radix: 16) ?? 0 }
    var starts: [UInt32] = []
    var ends: [UInt32] = []
    var position: UInt32 = 0
    for index in stride(from: 0, to: numbers.count - 1, by: 2) {
      starts.append(position + numbers[index])
      position += numbers[index] + numbers[index + 1]
      ends.append(position - 1)
    }
    self.starts = starts
    self.ends = ends
  }

  /// The set of all scalars of some ranges, in any order.
  init(_ ranges: [(first: UInt32, last: UInt32)]) {
    var starts: [UInt32] = []
    var ends: [UInt32] = []
    for (first, last) in ranges.sorted(by: { $0.first < $1.first }) {
      if let end = ends.last, first <= end {
        ends[ends.count - 1] = max(end, last)
      } else {
        starts.append(first)
        ends.append(last)
      }
    }
    self.starts = starts
    self.ends = ends
  }

  /// The scalar values of the set, in order.
  var values: [UInt32] { zip(starts, ends).flatMap { Array($0...$1) } }

  /// Whether a scalar value is in the set.
  func contains(_ value: UInt32) -> Bool {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low > 0 && value <= ends[low - 1]
  }
}
