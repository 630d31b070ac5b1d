import Foundation
import RealignNumerics
import RealignText
import Testing

@testable import RealignHardware

@Suite("Simulation of data-parallel training")
struct TrainingSimulationTests {
  private let link = LinkCost(latencySeconds: 5e-5, secondsPerByte: 1e-9, source: "test")

  private func simulation(
    _ nodes: Int,
    _ algorithm: AllReduce = .ring,
    buckets: Int = 1,
    overlaps: Bool = false,
    variation: Double = 0,
    steps: Int = 3
  ) -> TrainingSimulation {
    TrainingSimulation(
      nodes: nodes,
      computeSeconds: 1,
      gradientBytes: 1e8,
      buckets: buckets,
      overlaps: overlaps,
      algorithm: algorithm,
      link: link,
      variation: variation,
      steps: steps,
      seed: 7
    )
  }

  @Test(
    "without overlap and stragglers the first step is computation and the closed form",
    arguments: [2, 3, 4, 5, 8, 13, 16, 32, 64]
  )
  func closedForm(_ nodes: Int) {
    for algorithm in AllReduce.allCases {
      let result = simulation(nodes, algorithm, steps: 1).run()
      let exchange = algorithm.seconds(bytes: 1e8, nodes: nodes, link: link)
      // Sums of at most 126 messages' times.
      #expect(abs(result.stepSeconds - 1 - exchange) < 1e-9)
      #expect(abs(result.exposedSeconds - exchange) < 1e-9)
      #expect(abs(result.efficiency - 1 / (1 + exchange)) < 1e-9)
      #expect(result.computeSeconds == 1 && result.stragglerSeconds == 0)
      // Nodes that have their sums before others start their next step before them.
      let later = simulation(nodes, algorithm, steps: 5).run()
      #expect(later.stepSeconds <= result.stepSeconds + 1e-9)
      #expect(later.stepSeconds >= 1 + exchange / 2)
    }
  }

  @Test("a ring's buckets follow each other without a gap: only latencies add up")
  func buckets() {
    let result = simulation(8, buckets: 10).run()
    // 14 messages of each bucket, of an eightieth of the bytes.
    let message = 5e-5 + 1e8 / 80 * 1e-9
    let expected = 1 + 10 * 14 * message
    #expect(abs(result.stepSeconds - expected) < 1e-9)
  }

  @Test("a node alone exchanges nothing")
  func alone() {
    let result = simulation(1, variation: 0.3, steps: 50).run()
    #expect(result.exposedSeconds == 0 && abs(result.efficiency - 1) < 1e-12)
  }

  @Test("overlap hides the exchange behind backward, but never all of it", arguments: [2, 8, 32])
  func overlap(_ nodes: Int) {
    for algorithm in AllReduce.allCases {
      let sequential = simulation(nodes, algorithm, buckets: 8).run()
      let overlapped = simulation(nodes, algorithm, buckets: 8, overlaps: true).run()
      let exchange = sequential.stepSeconds - 1
      #expect(overlapped.stepSeconds < sequential.stepSeconds)
      // The last bucket is complete when backward ends; nothing can go on before forward ends.
      #expect(overlapped.exposedSeconds >= exchange / 8 - 1e-9)
      #expect(overlapped.stepSeconds >= 1.0 / 3 + exchange)
    }
    let small = simulation(2, buckets: 8, overlaps: true).run()
    // Two nodes, 8 buckets of 12.5 MB: all but the last are through before the next is complete.
    #expect(abs(small.exposedSeconds - 2 * (5e-5 + 6.25e6 * 1e-9)) < 1e-9)
  }

  @Test("the bandwidth bound holds: each node sends 2(n - 1)/n of the vector", arguments: [2, 16])
  func bandwidthBound(_ nodes: Int) {
    var slow = simulation(nodes, buckets: 4, overlaps: true)
    slow.link = LinkCost(latencySeconds: 0, secondsPerByte: 1e-7, source: "test")
    let bound = 2 * Double(nodes - 1) / Double(nodes) * 1e8 * 1e-7
    let result = slow.run()
    #expect(result.stepSeconds >= bound)
    // The network is busy from the first bucket on: at most the time before it is lost.
    #expect(result.stepSeconds <= bound + 1)
  }

  @Test("the same seed has the same stragglers, bit for bit; another has others")
  func seeds() {
    let one = simulation(8, buckets: 4, overlaps: true, variation: 0.2)
    #expect(one.run() == one.run())
    var other = one
    other.seed = 8
    #expect(other.run() != one.run())
    var more = one
    more.variation = 0.4
    #expect(more.run().stragglerSeconds > one.run().stragglerSeconds)
  }

  /// The mean of the greatest of n log-normal factors of mean 1 and a coefficient of variation, by
  /// the integral of 1 - F(x)ⁿ.
  private func expectedMaximum(_ nodes: Int, variation: Double) -> Double {
    let square = log(1 + variation * variation)
    func distribution(_ x: Double) -> Double {
      let z = (log(x) + square / 2) / square.squareRoot()
      return 0.5 * erfc(-z / 2.0.squareRoot())
    }
    let step = 1e-3
    return (0..<10_000).reduce(0) { sum, index in
      let x = (Double(index) + 0.5) * step
      return sum + step * (1 - pow(distribution(x), Double(nodes)))
    }
  }

  @Test("with free messages a step lasts as long as the slowest node", arguments: [2, 8, 32])
  func stragglers(_ nodes: Int) {
    var free = simulation(nodes, variation: 0.25, steps: 600)
    free.link = LinkCost(latencySeconds: 0, secondsPerByte: 0, source: "test")
    let result = free.run()
    let expected = expectedMaximum(nodes, variation: 0.25)
    // The maximum varies less than one node's time: 0.25 / √600 = 0.01 is an upper bound of the
    // standard error, three of which are allowed.
    #expect(abs(result.stepSeconds - expected) < 0.03)
    #expect(abs(result.computeSeconds - 1) < 0.03)
    #expect(abs(result.stragglerSeconds - (result.stepSeconds - result.computeSeconds)) < 1e-9)
  }

  @Test("events leave the queue by time, then by the order of their coming")
  func queue() {
    var stream = RandomStream(seed: 3, name: "queue")
    let items = (0..<500).map { (stream.uniform(below: 40), $0) }
    var queue = EventQueue<(Int, Int)> { $0 < $1 }
    for item in items { queue.push(item) }
    var popped: [(Int, Int)] = []
    while let item = queue.pop() { popped.append(item) }
    #expect(popped.map(\.1) == items.sorted { $0 < $1 }.map(\.1))
  }
}

@Suite("Scaling to 64 nodes")
struct ScalingTableTests {
  private func table(_ scaling: ScalingTable.Scaling, bytes: Double = 1e8) -> ScalingTable {
    let base = TrainingSimulation(
      nodes: 1,
      computeSeconds: 1,
      gradientBytes: bytes,
      buckets: 2,
      link: LinkCost(latencySeconds: 5e-5, secondsPerByte: 1e-9, source: "test"),
      steps: 2
    )
    return ScalingTable(base, scaling: scaling)
  }

  @Test("two algorithms for each of six sizes; the better one is the table's")
  func entries() {
    let table = table(.weak)
    #expect(table.entries.map(\.nodes) == [2, 2, 4, 4, 8, 8, 16, 16, 32, 32, 64, 64])
    #expect(table.best.map(\.nodes) == ScalingTable.sizes)
    #expect(table.best.allSatisfy { $0.algorithm == .ring })
    let small = self.table(.weak, bytes: 1000).best
    #expect(small.last?.algorithm == .tree)
  }

  @Test("weak scaling adds examples, strong scaling divides them")
  func scaling() throws {
    for entry in table(.weak).entries {
      let nodes = Double(entry.nodes)
      #expect(entry.speedUp == nodes / entry.overlapped.stepSeconds)
      #expect(entry.efficiency < 1 && entry.overlapped.computeSeconds == 1)
      // Two buckets cost a ring more latency; in a tree one follows the other.
      if entry.algorithm == .ring {
        let latency = 2 * (nodes - 1) * 5e-5
        #expect(abs(entry.sequentialSeconds - entry.closedFormSeconds - latency) < 1e-9)
      }
    }
    for entry in table(.strong).entries {
      #expect(abs(entry.overlapped.computeSeconds * Double(entry.nodes) - 1) < 1e-12)
      #expect(entry.speedUp == 1 / entry.overlapped.stepSeconds)
    }
    // 100 MB take 0.2 s: 64 nodes that divide one second of work wait for it.
    let last = try #require(table(.strong).best.last)
    #expect(last.efficiency < 0.1)
    #expect(try #require(table(.weak).best.last).efficiency > 0.8)
  }

  @Test("the record has every entry and what it was made with")
  func json() {
    let json = table(.strong).json
    #expect(json["scaling"]?.stringValue == "strong" && json["rows"]?.arrayValue?.count == 12)
    #expect(json["latency_seconds"]?.doubleValue == 5e-5)
    #expect(json["rows"]?.arrayValue?.first?["algorithm"]?.stringValue == "ring")
  }
}
