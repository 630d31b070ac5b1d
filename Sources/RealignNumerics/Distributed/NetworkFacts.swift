import CRealignMPI
import Foundation

/// What a process finds for talking to others: devices, limits, and the parts of Open MPI in use.
public struct NetworkFacts: Sendable, Equatable, Codable {
  /// A port of an RDMA device.
  public struct Port: Sendable, Equatable, Codable {
    /// The device, such as mlx5_0.
    public let device: String
    /// The number of the port.
    public let port: String
    /// As the system has it, such as "4: ACTIVE".
    public let state: String
    /// InfiniBand or Ethernet.
    public let linkLayer: String
  }

  /// The ports of RDMA devices, by device and number.
  public let ports: [Port]
  /// How many devices libibverbs finds; -1 when it is not installed.
  public let verbsDeviceCount: Int
  /// How much memory may be locked, in bytes; nil: as much as there is.
  public let lockableBytes: Int?
  /// The parts of Open MPI that this process has loaded, such as "btl tcp" and "pml ob1"; empty
  /// before it has joined a job, and where they are part of the library itself.
  public let components: [String]

  /// Those of this process.
  public static var current: NetworkFacts {
    NetworkFacts(root: "", verbsDeviceCount: Int(rm_verbs_device_count()))
  }

  /// Reads the files of the sys and proc file systems below a folder.
  init(root: String, verbsDeviceCount: Int) {
    self.verbsDeviceCount = verbsDeviceCount
    let devices = root + "/sys/class/infiniband"
    ports = Self.names(devices).flatMap { device in
      Self.names("\(devices)/\(device)/ports").map { port in
        let folder = "\(devices)/\(device)/ports/\(port)/"
        return Port(
          device: device,
          port: port,
          state: Self.text(folder + "state") ?? "unknown",
          linkLayer: Self.text(folder + "link_layer") ?? "unknown"
        )
      }
    }
    lockableBytes = Self.lockable(Self.text(root + "/proc/self/limits") ?? "")
    components = Self.components(Self.text(root + "/proc/self/maps") ?? "")
  }

  /// The soft limit on locked memory in the text of `/proc/self/limits`.
  private static func lockable(_ text: String) -> Int? {
    let name = "Max locked memory"
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else {
      return nil
    }
    return line.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) }
  }

  /// The plug-ins for messages in the text of `/proc/self/maps`: Open MPI unloads those that it
  /// does not use.
  private static func components(_ text: String) -> [String] {
    var found: Set<String> = []
    for line in text.split(separator: "\n") {
      guard let file = line.split(separator: "/").last, file.hasPrefix("mca_"),
        let end = file.range(of: ".so")
      else { continue }
      let parts = file[..<end.lowerBound].split(separator: "_", maxSplits: 2)
      if parts.count == 3, ["pml", "mtl", "btl"].contains(parts[1]) {
        found.insert("\(parts[1]) \(parts[2])")
      }
    }
    return found.sorted()
  }

  private static func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The whole of a file, also of one whose size the system gives as 0.
  private static func text(_ path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    guard let data = try? file.readToEnd() else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
