import COpenBLAS
import Foundation

/// Facts about the machine and this process, for reports and planning.
public enum MachineInformation {
  /// The processor's name, or "unknown".
  public static var processor: String {
    field("model name", in: "/proc/cpuinfo") ?? "unknown"
  }

  /// Processors this process may use.
  public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// The widest vector instructions of the processor: avx512, avx2, neon or baseline.
  public static var instructionSet: String {
    #if arch(arm64)
      return "neon"
    #else
      let flags = Set((field("flags", in: "/proc/cpuinfo") ?? "").split(separator: " "))
      if flags.contains("avx512f") { return "avx512" }
      return flags.contains("avx2") ? "avx2" : "baseline"
    #endif
  }

  /// How OpenBLAS was built.
  public static var blasConfiguration: String {
    openblas_get_config().map { String(cString: $0) } ?? "unknown"
  }

  /// The kernels OpenBLAS chose, such as Haswell or SkylakeX.
  public static var blasCore: String {
    openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }

  /// Bytes of memory in the machine.
  public static var memoryBytes: Int { Int(clamping: ProcessInfo.processInfo.physicalMemory) }

  /// The most memory this process has held, in bytes; 0 where the system does not tell.
  public static var peakResidentBytes: Int { kilobytes("VmHWM", in: "/proc/self/status") }

  /// Forgets the peak, so that `peakResidentBytes` tells of what follows; false where the system
  /// does not allow it.
  @discardableResult
  public static func resetPeakResident() -> Bool {
    // Linux: 5 resets the peak (proc_pid_clear_refs(5)).
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return false }
    defer { try? file.close() }
    return (try? file.write(contentsOf: Data("5".utf8))) != nil
  }

  /// The memory this process holds now, in bytes; 0 where the system does not tell.
  public static var residentBytes: Int { kilobytes("VmRSS", in: "/proc/self/status") }

  /// The value of the first line `name : value` of a file of the proc file system.
  private static func field(_ name: String, in path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }

  private static func kilobytes(_ name: String, in path: String) -> Int {
    let digits = (field(name, in: path) ?? "").prefix { $0.isNumber }
    return (Int(digits) ?? 0) * 1024
  }
}
