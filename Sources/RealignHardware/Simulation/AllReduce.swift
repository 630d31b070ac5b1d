/// Ways to add a vector up over nodes so that all have the sum.
public enum AllReduce: String, Sendable, CaseIterable {
  /// Parts go round: every node sends 1/n of the vector 2(n − 1) times to its neighbour. Best for
  /// large vectors; the same cost as pairwise exchange of parts.
  case ring
  /// A binomial tree to the first node and back. Best for small vectors.
  case tree

  /// Seconds, all nodes starting together and additions taking no time.
  ///
  /// - ring: 2(n − 1)α + 2(n − 1)/n · bytes · β (Patarasuk & Yuan 2009, section 3).
  /// - tree: 2⌈log₂ n⌉(α + bytes · β), a reduce and a broadcast (Thakur et al. 2005, section 4).
  ///
  /// - Precondition: There is at least one node.
  public func seconds(bytes: Double, nodes: Int, link: LinkCost) -> Double {
    precondition(nodes > 0, "an all-reduce of \(nodes) nodes")
    guard nodes > 1 else { return 0 }
    switch self {
    case .ring: return 2 * Double(nodes - 1) * link.seconds(bytes: bytes / Double(nodes))
    case .tree: return 2 * Double(Self.rounds(nodes)) * link.seconds(bytes: bytes)
    }
  }

  /// ⌈log₂ n⌉.
  static func rounds(_ nodes: Int) -> Int { Int.bitWidth - (nodes - 1).leadingZeroBitCount }

  /// What every node sends, in order.
  func schedule(nodes: Int) -> CollectiveSchedule {
    switch self {
    case .ring: .ring(nodes)
    case .tree: .tree(nodes)
    }
  }
}

/// The messages of a collective operation: a node sends its next one as soon as it has received as
/// many as that one needs.
struct CollectiveSchedule: Sendable, Equatable {
  struct Message: Sendable, Equatable {
    /// The node that it goes to.
    let destination: Int
    /// How many messages the sender must have received before.
    let needs: Int
  }

  /// Messages of every node, in order.
  let sends: [[Message]]
  /// How many messages every node receives.
  let receives: [Int]
  /// The part of the vector that a message carries.
  let fraction: Double

  static func ring(_ nodes: Int) -> CollectiveSchedule {
    let rounds = 2 * (nodes - 1)
    return CollectiveSchedule(
      sends: (0..<nodes).map { node in
        (0..<rounds).map { Message(destination: (node + 1) % nodes, needs: $0) }
      },
      receives: Array(repeating: rounds, count: nodes),
      fraction: 1 / Double(nodes)
    )
  }

  /// Node i hears from i + 1, i + 2, i + 4 and so on below its lowest bit, sends to i without that
  /// bit, and passes the sum on to the same nodes in reverse.
  static func tree(_ nodes: Int) -> CollectiveSchedule {
    var sends: [[Message]] = []
    var receives: [Int] = []
    for node in 0..<nodes {
      let low = node == 0 ? AllReduce.rounds(nodes) : node.trailingZeroBitCount
      let children = (0..<low).map { node + 1 << $0 }.filter { $0 < nodes }
      let parent = node == 0 ? [] : [node & (node - 1)]
      sends.append(
        parent.map { Message(destination: $0, needs: children.count) }
          + children.reversed().map {
            Message(destination: $0, needs: children.count + parent.count)
          }
      )
      receives.append(children.count + parent.count)
    }
    return CollectiveSchedule(sends: sends, receives: receives, fraction: 1)
  }
}
