import CRealignMPI
import Foundation

/// What a rank tells the others about itself at the start.
public struct RankCard: Sendable, Equatable, Codable {
  /// The name of its host.
  public let host: String
  /// Its process number there.
  public var process: Int32 { identity?.number ?? 0 }
  /// The processors it may run on, in order.
  public internal(set) var processors: [Int]
  /// Its process, where its system tells.
  let identity: ProcessIdentity?
  /// Which start of which machine.
  var machine: String
  /// Which network of the machine: containers may have one of their own.
  let network: String
  /// Which numbering of processes on the machine.
  var processes: String
  /// Where it receives heartbeats.
  let addresses: [[UInt8]]
  /// The port there.
  let port: UInt16
  /// Random bytes; those of rank 0 mark the heartbeats of a job.
  let token: [UInt8]

  /// The card of this process, which listens at a port.
  init(port: UInt16, interfaces: [String]) throws {
    host = Self.hostName
    identity = ProcessIdentity.own
    processors = Self.ownProcessors
    machine = Self.line("/proc/sys/kernel/random/boot_id") ?? host
    network = Self.link("/proc/self/ns/net")
    processes = Self.link("/proc/self/ns/pid")
    addresses = try Self.ownAddresses(interfaces)
    self.port = port
    token = (0..<8).map { _ in UInt8.random(in: 0...255) }
  }

  /// Whether a loopback datagram of the other reaches this one.
  func sharesNetwork(with other: RankCard) -> Bool {
    machine == other.machine && network == other.network && network != ""
  }

  /// The other's process, where this one can see what it is doing.
  func visibleProcess(_ other: RankCard) -> ProcessIdentity? {
    guard machine == other.machine, processes == other.processes, processes != "",
      let identity = other.identity
    else { return nil }
    switch identity.state {
    case .alive, .stopped: return identity
    case .gone, .unknown: return nil
    }
  }

  /// How many threads a rank may run so that all ranks of its machine together have one for each
  /// processor: a processor that k ranks may use counts as 1/k for each; at least 1.
  static func threads(of rank: Int, among cards: [RankCard]) -> Int {
    let own = cards[rank]
    let neighbours = cards.filter { $0.machine == own.machine }.map { Set($0.processors) }
    let share = own.processors.reduce(0.0) { sum, processor in
      sum + 1 / Double(max(1, neighbours.count { $0.contains(processor) }))
    }
    // Thirds and the like add up to a whole number but for rounding.
    return max(1, Int(share + 1e-6))
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static var ownProcessors: [Int] {
    var mask = [UInt8](repeating: 0, count: 8192)
    guard rm_affinity(&mask, Int32(mask.count)) > 0 else {
      return Array(0..<MachineInformation.coreCount)
    }
    return mask.indices.filter { mask[$0] == 1 }
  }

  private static func ownAddresses(_ interfaces: [String]) throws -> [[UInt8]] {
    var found = [rm_address](repeating: rm_address(), count: 64)
    let count = Int(rm_datagram_addresses(&found, Int32(found.count)))
    let named = found.prefix(count).map { entry in
      withUnsafeBytes(of: entry) { bytes -> (name: String, address: [UInt8]) in
        // rm_address: sixteen characters, sixteen bytes.
        (
          String(decoding: bytes.prefix(16).prefix { $0 != 0 }, as: UTF8.self),
          Array(bytes.suffix(16))
        )
      }
    }
    if interfaces.isEmpty { return named.map(\.address) }
    let chosen = named.filter { interfaces.contains($0.name) }
    if chosen.isEmpty {
      throw ProcessGroupError.failed(
        "\(MPIOptions.interfaceVariable): no network interface of \(hostName) named "
          + "\(interfaces.joined(separator: " or ")) is up and has an address; there are: "
          + named.map(\.name).joined(separator: ", ")
      )
    }
    return chosen.map(\.address)
  }

  private static func line(_ path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(
      in: .whitespacesAndNewlines
    )
  }

  private static func link(_ path: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
  }
}
