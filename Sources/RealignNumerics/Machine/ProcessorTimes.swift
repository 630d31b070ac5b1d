import Foundation

/// What the processors have done since the machine started, in ticks of the system's clock.
public struct ProcessorTimes: Sendable, Equatable {
  /// Ticks of all processors together, idle ones included.
  let total: Int
  /// Those of them that were spent working, time taken by other virtual machines included.
  let busy: Int
  /// Those of them that this process spent.
  let own: Int

  /// The times now; nil where the system does not tell.
  public static var current: ProcessorTimes? {
    guard let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let process = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
    else { return nil }
    return ProcessorTimes(system: system, process: process)
  }

  /// Reads the texts of `/proc/stat` and `/proc/self/stat`.
  init?(system: String, process: String) {
    // cpu user nice system idle iowait irq softirq steal; guests are part of user and nice.
    let fields = system.prefix { $0 != "\n" }.split(separator: " ")
    let ticks = fields.dropFirst().prefix(8).compactMap { Int($0) }
    guard fields.first == "cpu", ticks.count == 8 else { return nil }
    total = ticks.reduce(0, +)
    busy = total - ticks[3] - ticks[4]
    // The name in parentheses may hold anything; user and system time follow eleven fields after.
    guard let end = process.lastIndex(of: ")") else { return nil }
    let values = process[process.index(after: end)...].split(separator: " ")
    guard values.count > 12, let user = Int(values[11]), let kernel = Int(values[12]) else {
      return nil
    }
    own = user + kernel
  }

  /// Share of all processors that other processes took since an earlier time, 0...1.
  public func othersShare(since start: ProcessorTimes) -> Double {
    let passed = total - start.total
    guard passed > 0 else { return 0 }
    let others = busy - start.busy - (own - start.own)
    return min(1, max(0, Double(others) / Double(passed)))
  }
}
