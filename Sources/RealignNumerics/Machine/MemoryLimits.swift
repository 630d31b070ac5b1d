import Foundation

/// How much memory this process may use.
public struct MemoryLimits: Sendable, Equatable {
  /// Memory and swap of the machine, or what the control group allows; bytes.
  public let capacity: Int
  /// What of it is free now or can be freed without swapping; bytes.
  public let available: Int

  /// Given limits.
  public init(capacity: Int, available: Int) {
    self.capacity = capacity
    self.available = available
  }

  /// Those of this process.
  public static var current: MemoryLimits { MemoryLimits(root: "") }

  /// Reads the files of the proc and cgroup file systems below a folder.
  ///
  /// Control groups of version 2 and 1 are understood; the tightest limit on the way from the
  /// process's group to the root counts.
  init(root: String) {
    let memory = Self.memoryInformation(root + "/proc/meminfo")
    let total = memory["MemTotal"] ?? Int(clamping: ProcessInfo.processInfo.physicalMemory)
    var capacity = total + (memory["SwapTotal"] ?? 0)
    var available = (memory["MemAvailable"] ?? total) + (memory["SwapFree"] ?? 0)
    for group in Self.groups(root) {
      guard let limit = group.limit, limit < capacity else { continue }
      capacity = limit
      available = min(available, max(0, limit - (group.usage ?? 0)))
    }
    self.capacity = capacity
    self.available = min(available, capacity)
  }

  /// Values of `/proc/meminfo` in bytes.
  private static func memoryInformation(_ path: String) -> [String: Int] {
    var values: [String: Int] = [:]
    for line in lines(path) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2,
        let amount = parts[1].split(separator: " ").first.flatMap({ Int($0) })
      else { continue }
      values[String(parts[0])] = amount * 1024
    }
    return values
  }

  /// Limit and usage of the process's control groups and of those around them.
  private static func groups(_ root: String) -> [(limit: Int?, usage: Int?)] {
    lines(root + "/proc/self/cgroup").flatMap { line -> [(limit: Int?, usage: Int?)] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let isUnified = parts[0] == "0" && parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { return [] }
      let mount = root + "/sys/fs/cgroup" + (isUnified ? "" : "/memory")
      let names =
        isUnified
        ? ("memory.max", "memory.current")
        : ("memory.limit_in_bytes", "memory.usage_in_bytes")
      var components = parts[2].split(separator: "/")
      var found: [(limit: Int?, usage: Int?)] = []
      while true {
        let folder = ([mount] + components.map(String.init)).joined(separator: "/")
        found.append((number(folder + "/" + names.0), number(folder + "/" + names.1)))
        if components.popLast() == nil { return found }
      }
    }
  }

  /// The whole number in a file; nil for "max" or no file.
  private static func number(_ path: String) -> Int? { lines(path).first.flatMap { Int($0) } }

  private static func lines(_ path: String) -> [String] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").map(String.init)
  }
}
