import Foundation
import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite struct RankCardTests {
  private static func card(_ machine: String, _ processors: [Int]) throws -> RankCard {
    var card = try RankCard(port: 1, interfaces: [])
    card.machine = machine
    card.processors = processors
    return card
  }

  private static func threads(_ ranks: [(String, [Int])]) throws -> [Int] {
    let cards = try ranks.map { try card($0.0, $0.1) }
    return cards.indices.map { RankCard.threads(of: $0, among: cards) }
  }

  @Test func `unbound ranks share the processors of their machine`() throws {
    let all = Array(0..<8)
    #expect(try Self.threads([("a", all)]) == [8])
    #expect(try Self.threads([("a", all), ("a", all)]) == [4, 4])
    #expect(try Self.threads([("a", all), ("a", all), ("a", all)]) == [2, 2, 2])
    // Sixths add up to one but for rounding.
    #expect(try Self.threads((0..<6).map { _ in ("a", Array(0..<6)) }) == [1, 1, 1, 1, 1, 1])
    #expect(try Self.threads([("a", all), ("b", Array(0..<2)), ("b", Array(0..<2))]) == [8, 1, 1])
  }

  @Test func `ranks bound to processors of their own have those`() throws {
    #expect(try Self.threads([("a", [0, 1, 2]), ("a", [3])]) == [3, 1])
    #expect(try Self.threads([("a", [0, 1]), ("a", [1, 2])]) == [1, 1])
  }

  @Test func `more ranks than processors have one thread each`() throws {
    #expect(try Self.threads((0..<4).map { _ in ("a", [0, 1]) }) == [1, 1, 1, 1])
  }

  @Test func `a card comes back as it was`() throws {
    let card = try RankCard(port: 4711, interfaces: [])
    let data = try JSONEncoder().encode(card)
    #expect(try JSONDecoder().decode(RankCard.self, from: data) == card)
    #expect(card.process == getpid())
    #expect(card.processors.count == MachineInformation.coreCount)
    #expect(card.addresses.allSatisfy { $0.count == 16 })
    #expect(!card.host.isEmpty)
    #expect(card.sharesNetwork(with: card))
    #expect(card.visibleProcess(card) == ProcessIdentity.own)
  }

  @Test func `processes of other machines and of other numberings are out of sight`() throws {
    let own = try RankCard(port: 1, interfaces: [])
    var other = own
    other.processes = "elsewhere"
    #expect(own.visibleProcess(other) == nil)
    #expect(own.sharesNetwork(with: other))
    other = own
    other.machine = "another"
    #expect(own.visibleProcess(other) == nil)
    #expect(!own.sharesNetwork(with: other))
  }

  @Test func `an interface that is not there is named with those that are`() {
    do {
      _ = try RankCard(port: 1, interfaces: ["nowhere0"])
      Issue.record("no interface has this name")
    } catch {
      #expect("\(error)".hasPrefix("REALIGN_DISTRIBUTED_INTERFACE: no network interface of "))
      #expect("\(error)".contains(" named nowhere0 is up and has an address; there are: "))
    }
  }
}

@Suite struct NetworkFactsTests {
  @Test func `devices, limit and parts are read from the system's files`() throws {
    let folder = try TemporaryFolder()
    let devices = "sys/class/infiniband/"
    try folder.write("4: ACTIVE\n", to: devices + "mlx5_1/ports/1/state")
    try folder.write("InfiniBand\n", to: devices + "mlx5_1/ports/1/link_layer")
    try folder.write("1: DOWN\n", to: devices + "mlx5_0/ports/1/state")
    try folder.write("Ethernet\n", to: devices + "mlx5_0/ports/1/link_layer")
    try folder.write("4: ACTIVE\n", to: devices + "mlx5_0/ports/2/state")
    try folder.write(
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max core file size        0                    unlimited            bytes
      Max locked memory         65536                unlimited            bytes
      """,
      to: "proc/self/limits"
    )
    let line = "7f0000000000-7f0000001000 r-xp 00000000 08:01 12 "
    try folder.write(
      """
      \(line)/usr/lib/openmpi/mca_pml_ob1.so
      \(line)/usr/lib/openmpi/mca_btl_tcp.so
      \(line)/usr/lib/openmpi/mca_btl_tcp.so
      \(line)/usr/lib/openmpi/mca_coll_tuned.so
      \(line)/usr/lib/libc.so.6
      \(line)
      """,
      to: "proc/self/maps"
    )
    let facts = NetworkFacts(root: folder.path, verbsDeviceCount: 2)
    #expect(
      facts.ports.map { "\($0.device) \($0.port) \($0.state) \($0.linkLayer)" } == [
        "mlx5_0 1 1: DOWN Ethernet", "mlx5_0 2 4: ACTIVE unknown", "mlx5_1 1 4: ACTIVE InfiniBand",
      ]
    )
    #expect(facts.lockableBytes == 65536)
    #expect(facts.components == ["btl tcp", "pml ob1"])
  }

  @Test func `nothing there is nothing found, and no limit is none`() throws {
    let folder = try TemporaryFolder()
    try folder.write("Max locked memory   unlimited   unlimited   bytes\n", to: "proc/self/limits")
    let facts = NetworkFacts(root: folder.path, verbsDeviceCount: -1)
    #expect(facts.ports.isEmpty && facts.components.isEmpty && facts.lockableBytes == nil)
  }
}
