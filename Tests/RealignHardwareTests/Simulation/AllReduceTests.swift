import RealignTestSupport
import RealignText
import Testing

@testable import RealignHardware

@Suite("All-reduce")
struct AllReduceTests {
  private let link = LinkCost(latencySeconds: 3e-5, secondsPerByte: 1e-9, source: "test")

  @Test(
    "costs are the published closed forms",
    arguments: [
      // 2(n - 1) messages of 1/n of 100 MB: 2 · 3 · (30 µs + 25 ms).
      (AllReduce.ring, 4, 0.15018), (.ring, 2, 0.10006), (.ring, 1, 0),
      // 2⌈log₂ n⌉ messages of 100 MB.
      (.tree, 4, 0.40012), (.tree, 5, 0.60018), (.tree, 8, 0.60018), (.tree, 1, 0),
    ]
  )
  func closedForms(_ algorithm: AllReduce, _ nodes: Int, _ seconds: Double) {
    let cost = algorithm.seconds(bytes: 1e8, nodes: nodes, link: link)
    #expect(abs(cost - seconds) < 1e-12)
  }

  @Test("the tree wins for small vectors on many nodes, the ring for large ones")
  func crossover() {
    func ring(_ bytes: Double) -> Double {
      AllReduce.ring.seconds(bytes: bytes, nodes: 16, link: link)
    }
    func tree(_ bytes: Double) -> Double {
      AllReduce.tree.seconds(bytes: bytes, nodes: 16, link: link)
    }
    #expect(tree(100) < ring(100) && ring(1e8) < tree(1e8))
  }

  @Test("messages add every vector to every node's sum exactly once", arguments: Array(1...17))
  func sums(_ nodes: Int) {
    for algorithm in AllReduce.allCases {
      let schedule = algorithm.schedule(nodes: nodes)
      var received = [Int](repeating: 0, count: nodes)
      for message in schedule.sends.joined() { received[message.destination] += 1 }
      #expect(received == schedule.receives)
    }
    #expect(Self.treeSums(nodes).allSatisfy { $0 == Set(0..<nodes) })
  }

  /// Which vectors every node's result has when the tree's messages are carried out in order: up
  /// to the sender's parent all that the sender has, down again everything.
  private static func treeSums(_ nodes: Int) -> [Set<Int>] {
    let schedule = CollectiveSchedule.tree(nodes)
    var sums = (0..<nodes).map { Set([$0]) }
    var received = [Int](repeating: 0, count: nodes)
    var sent = received
    var moved = true
    while moved {
      moved = false
      for node in 0..<nodes {
        while sent[node] < schedule.sends[node].count,
          schedule.sends[node][sent[node]].needs <= received[node]
        {
          let target = schedule.sends[node][sent[node]].destination
          // No vector may be added twice on the way up.
          if target < node { #expect(sums[target].isDisjoint(with: sums[node])) }
          sums[target].formUnion(sums[node])
          received[target] += 1
          sent[node] += 1
          moved = true
        }
      }
    }
    return sums
  }

  @Test("latency and bandwidth come back from times that they made", arguments: [2, 4, 7])
  func fit(_ ranks: Int) throws {
    let samples = [8.0, 4096, 1e6, 6.4e7].map { bytes in
      AllReduceMeasurement.Sample(
        bytes: bytes,
        seconds: AllReduce.ring.seconds(bytes: bytes, nodes: ranks, link: link)
      )
    }
    let found = try AllReduceMeasurement(ranks: ranks, samples: samples, source: "t").fitted()
    #expect(abs(found.link.latencySeconds / link.latencySeconds - 1) < 1e-6)
    #expect(abs(found.link.secondsPerByte / link.secondsPerByte - 1) < 1e-6)
    #expect(found.worstResidual < 1e-6)
  }

  @Test("noise of 10 % moves the fit by little, whatever the order of sizes")
  func noise() throws {
    let noise = [1.1, 0.9, 1.05, 0.95, 1.1, 0.9]
    let samples = zip([8.0, 512, 3e4, 1e6, 1e7, 1e8], noise).map { bytes, factor in
      AllReduceMeasurement.Sample(
        bytes: bytes,
        seconds: factor * AllReduce.ring.seconds(bytes: bytes, nodes: 2, link: link)
      )
    }
    func fitted(_ samples: [AllReduceMeasurement.Sample]) throws -> LinkCost {
      try AllReduceMeasurement(ranks: 2, samples: samples, source: "t").fitted().link
    }
    let found = try fitted(samples)
    #expect(abs(found.latencySeconds / link.latencySeconds - 1) < 0.1)
    #expect(abs(found.secondsPerByte / link.secondsPerByte - 1) < 0.1)
    let reversed = try fitted(samples.reversed())
    #expect(abs(reversed.latencySeconds / found.latencySeconds - 1) < 1e-9)
  }

  @Test("times that pass below zero at no bytes mean no latency; those that fall, nothing")
  func degenerate() throws {
    func measurement(_ times: [Double]) -> AllReduceMeasurement {
      AllReduceMeasurement(
        ranks: 2,
        samples: zip([1e6, 2e6], times).map { AllReduceMeasurement.Sample(bytes: $0, seconds: $1) },
        source: "t"
      )
    }
    let steep = try measurement([0.001, 0.003]).fitted()
    #expect(steep.link.latencySeconds == 0 && steep.worstResidual > 0.1)
    let error = #expect(throws: InputError.self) { try measurement([0.003, 0.001]).fitted() }
    #expect(error?.found == "times that do not grow with size")
  }

  @Test("a measurement is read from what doctor prints, other fields left alone")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      #"""
      {"healthy":true,"ranks":2,"all_reduce":[{"bytes":8,"seconds_median":2e-5,"seconds_best":1e-5},
      {"bytes":1000000,"seconds_median":0.001}]}
      """#,
      to: "link.json"
    )
    let found = try AllReduceMeasurement(path: path)
    #expect(found.ranks == 2 && found.samples.map(\.seconds) == [2e-5, 0.001])
    #expect(found.source == "link.json")
  }

  @Test(
    "a wrong measurement is refused by its field",
    arguments: [
      (#"{"all_reduce":[]}"#, "ranks"), (#"{"ranks":1,"all_reduce":[]}"#, "ranks"),
      (#"{"ranks":2.5,"all_reduce":[]}"#, "ranks"), (#"{"ranks":2}"#, "all_reduce"),
      (#"{"ranks":2,"all_reduce":[]}"#, "all_reduce"),
      (#"{"ranks":2,"all_reduce":[{"bytes":8,"seconds_median":1}]}"#, "all_reduce"),
      (#"{"ranks":2,"all_reduce":[{"bytes":0,"seconds_median":1}]}"#, "all_reduce[0].bytes"),
      (#"{"ranks":2,"all_reduce":[{"bytes":8}]}"#, "all_reduce[0].seconds_median"),
      (
        #"{"ranks":2,"all_reduce":[{"bytes":8,"seconds_median":-1}]}"#,
        "all_reduce[0].seconds_median"
      ),
    ]
  )
  func wrongFile(_ text: String, _ field: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "link.json")
    let error = #expect(throws: InputError.self) { try AllReduceMeasurement(path: path) }
    #expect(error?.kind == .badData && error?.field == field)
    #expect(error?.hint?.contains("doctor --distributed") == true)
  }
}
