import Foundation
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignHardware

@Suite("Files of nodes")
struct NodeFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String) throws -> [PlanNode] {
    let path = try folder.write(text, to: "nodes.json")
    return try NodeFile.read(path, profiles: MachineProfile.reference)
  }

  private func calibration() -> MachineCalibration {
    MachineCalibration(
      machine: .current,
      version: "1",
      date: "2026-01-02T03:04:05Z",
      threads: 3,
      productGFLOPS: 100,
      memoryBandwidth: 20,
      shapes: [
        MachineCalibration.Shape(
          name: "tiny",
          parameters: 1_000_000,
          scoring: [
            MachineCalibration.Rate(batchSize: 1, perSecond: 50),
            MachineCalibration.Rate(batchSize: 8, perSecond: 80),
          ],
          training: [MachineCalibration.Rate(batchSize: 2, perSecond: 4)],
          generation: [],
          tokensPerExample: 144,
          tokensPerPair: 480
        )
      ]
    )
  }

  @Test("a node's own fields come before those of its profile")
  func profile() throws {
    let nodes = try read(
      """
      [{"node":"a","profile":"m4_max"},
       {"node":"b-2.x_Y","profile":"M3 Ultra","throughput":0.76,"memory_gb":256,"batch_size":8,
        "timestamp":"2026-11-23T22:45:01.123456+00:00"},
       {"node":"c","throughput":2}, {"node":"d","throughput":0}, {"node":"e","throughput":null}]
      """
    )
    #expect(nodes.map(\.id) == ["a", "b-2.x_Y", "c", "d", "e"])
    #expect(nodes[0].profile == .m4Max && nodes[0].throughput == nil)
    #expect(nodes[1].profile.memoryGigabytes == 256 && nodes[1].throughput == 0.76)
    #expect(nodes[1].batchSize == 8 && nodes[1].profile.kind == .apple)
    #expect(nodes[1].timestamp == Date(timeIntervalSince1970: 1_795_473_901))
    #expect(nodes[2].profile.memoryGigabytes == nil)
    #expect(nodes[3].throughput == 0 && nodes[4].throughput?.isNaN == true)
  }

  @Test(
    "what is wrong is named by its field",
    arguments: [
      (#"{}"#, "nodes", "a list"), (#"[]"#, "nodes", "at least one node"),
      (#"[3]"#, "nodes[0]", "an object"),
      (#"[{"throughput":1}]"#, "nodes[0].node", "A-Z a-z 0-9 _ . -"),
      (#"[{"node":"a b","throughput":1}]"#, "nodes[0].node", "A-Z"),
      (#"[{"node":"../a","throughput":1}]"#, "nodes[0].node", "A-Z"),
      (#"[{"node":"..","throughput":1}]"#, "nodes[0].node", "not only dots"),
      (#"[{"node":"","throughput":1}]"#, "nodes[0].node", "1 to 64"),
      (#"[{"node":"a\nb","throughput":1}]"#, "nodes[0].node", "1 to 64"),
      (#"[{"node":"é","throughput":1}]"#, "nodes[0].node", "A-Z"),
      (#"[{"node":7,"throughput":1}]"#, "nodes[0].node", "A-Z"),
      (#"[{"node":"a","throughput":-1}]"#, "nodes[0].throughput", "at least 0"),
      (#"[{"node":"a","throughput":"4"}]"#, "nodes[0].throughput", "at least 0"),
      (#"[{"node":"a"}]"#, "nodes[0].throughput", "a throughput, a profile or a calibration"),
      (#"[{"node":"a","throughput":1,"memory_gb":0}]"#, "nodes[0].memory_gb", "above 0"),
      (#"[{"node":"a","throughput":1,"batch_size":2.5}]"#, "nodes[0].batch_size", "whole number"),
      (#"[{"node":"a","throughput":1,"batch_size":65537}]"#, "nodes[0].batch_size", "at most"),
      (#"[{"node":"a","throughput":1,"timestamp":"noon"}]"#, "nodes[0].timestamp", "ISO 8601"),
      (#"[{"node":"a","profile":"M9"}]"#, "nodes[0].profile", "one of M4 Max, M3 Ultra"),
      (#"[{"node":"a","profile":4}]"#, "nodes[0].profile", "a text"),
      (#"[{"node":"a","calibration":"../c.json"}]"#, "nodes[0].calibration", "plain name"),
      (#"[{"node":"a","calibration":"/etc/passwd"}]"#, "nodes[0].calibration", "plain name"),
      (#"[{"node":"a","calibration":".."}]"#, "nodes[0].calibration", "plain name"),
      (#"[{"node":"a","calibration":3}]"#, "nodes[0].calibration", "an object"),
      (#"[{"node":"a","calibration":{}}]"#, "nodes[0].calibration.format", "realign-calibration-1"),
      (
        #"[{"node":"a","calibration":"link.json"}]"#, "nodes[0].calibration",
        "a regular file, not a link"
      ),
      (#"[{"node":"a","calibration":"sub"}]"#, "nodes[0].calibration", "a regular file"),
    ]
  )
  func wrong(_ text: String, _ field: String, _ expected: String) throws {
    try calibration().save(to: folder.path + "/real.json")
    try folder.write("x", to: "sub/file")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link.json",
      withDestinationPath: folder.path + "/real.json"
    )
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.kind == .badData)
    #expect(error?.field == field)
    #expect(error?.expected?.contains(expected) == true, "\(error?.expected ?? "")")
  }

  @Test("numbers that JSON cannot write are refused by line, not planned with")
  func notJSON() {
    for text in [
      "[{\"node\":\"a\",\n\"throughput\":NaN}]", "[{\"node\":\"a\",\n\"throughput\":1e999}]",
    ] {
      let error = #expect(throws: InputError.self) { try read(text) }
      #expect(error?.kind == .badData && error?.line == 2)
    }
  }

  @Test("sizes are limited")
  func limits() throws {
    let many = (0..<1025).map { #"{"node":"n\#($0)","throughput":1}"# }.joined(separator: ",")
    let error = #expect(throws: InputError.self) { try read("[\(many)]") }
    #expect(error?.found == "1025 items" && error?.expected == "at most 1024")
    let large = #expect(throws: InputError.self) {
      try read(String(repeating: " ", count: 2 << 20))
    }
    #expect(large?.message.contains("too large") == true)
    let endless = #expect(throws: InputError.self) {
      try NodeFile.read("/dev/zero", profiles: [])
    }
    #expect(endless?.message.contains("too large") == true)
    let absent = #expect(throws: InputError.self) {
      try NodeFile.read(folder.path + "/none.json", profiles: [])
    }
    #expect(absent?.kind == .missingInput)
  }

  @Test("control characters of a file reach no terminal")
  func controlCharacters() throws {
    let text = "[{\"node\":\"a\\u001b[2Jb\\u202e\",\"throughput\":1}]"
    let error = #expect(throws: InputError.self) { try read(text) }
    let shown = error?.description ?? ""
    #expect(shown.contains("nodes[0].node"))
    #expect(!shown.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
    var warnings: [String] = []
    let path = try folder.write(
      "[{\"node\":\"a\",\"throughput\":1,\"x\\u001b]0;\\u0007\":1}]",
      to: "odd.json"
    )
    _ = try NodeFile.read(path, profiles: []) { warnings.append($0) }
    #expect(warnings.count == 1 && warnings[0].contains("not known"))
    #expect(!warnings[0].unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test("a calibration is taken whole, from an object or from a file beside the list")
  func calibrations() throws {
    try calibration().save(to: folder.path + "/box.json")
    let object = calibration().json.serialized()
    let nodes = try read(
      #"[{"node":"a","calibration":"box.json"},{"node":"b","calibration":\#(object)}]"#
    )
    for node in nodes {
      #expect(node.profile.kind == .linux && node.profile.cores == 3)
      #expect(node.profile.memoryGigabytes == calibration().machine.memoryGigabytes)
      #expect(node.measured == Timestamp.date("2026-01-02T03:04:05Z"))
      #expect(node.profile.recommendedBatchSize == 8)
    }
    let alone = try NodeFile.read(folder.path + "/box.json", profiles: [])
    #expect(alone.map(\.id) == ["box"] && alone[0].profile.series.count == 2)
    let both = #"[{"node":"a","profile":"M4 Max","calibration":\#(object)}]"#
    let error = #expect(throws: InputError.self) { try read(both) }
    #expect(error?.expected == "a profile or a calibration, not both")
    try calibration().save(to: folder.path + "/my box.json")
    let name = #expect(throws: InputError.self) {
      try NodeFile.read(folder.path + "/my box.json", profiles: [])
    }
    #expect(name?.found == "my box" && name?.hint?.contains("rename") == true)
    let missing = #expect(throws: InputError.self) {
      try read(#"[{"node":"a","calibration":"none.json"}]"#)
    }
    #expect(missing?.kind == .missingInput)
  }

  @Test("calibrations of two machines give shares within 2 % of the best division")
  func shares() throws {
    var slow = calibration()
    slow.shapes[0].scoring = [
      MachineCalibration.Rate(batchSize: 1, perSecond: 30),
      MachineCalibration.Rate(batchSize: 16, perSecond: 41),
    ]
    try calibration().save(to: folder.path + "/fast.json")
    try slow.save(to: folder.path + "/slow.json")
    let nodes = try read(
      #"[{"node":"a","calibration":"fast.json"},{"node":"b","calibration":"slow.json"}]"#
    )
    let workload = Workload(parameters: 1_000_000, format: .fp32, task: .scoring, examples: 1000)
    let now = try #require(Timestamp.date("2026-01-03"))
    let plan = Planner(workload: workload, nodes: nodes, startupSeconds: 0, now: now).plan()
    let best = (0...1000).map { WorkSplit.seconds([$0, 1000 - $0], [80, 41]) }.min() ?? 0
    #expect(try #require(plan.makespanSeconds) <= 1.02 * best)
    #expect(plan.shares.map(\.examples) == [661, 339])
    #expect(plan.batchSize == 8)
    #expect(plan.environments[0].lines.map(\.name).contains("OPENBLAS_NUM_THREADS"))
  }
}
