import RealignTestSupport
import RealignText
import Testing

@testable import RealignHardware

@Suite("Files of profiles")
struct ProfileFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String) throws -> [MachineProfile] {
    try ProfileFile.read(try folder.write(text, to: "profiles.json"))
  }

  private let complete = #"""
    {"name":"Workstation 1","kind":"linux","cores":64,"memory_gb":256,"gflops":4000,
     "gflops_per_core":62.5,"source":"measured in March","date":"2026-03-01",
     "batch_curve":[{"batch_size":1,"examples_per_second":5},
                    {"batch_size":8,"examples_per_second":20}],
     "throughput":[{"task":"scoring","parameters":7000000000,"tokens_per_example":512,
                    "examples_per_second":3.5,"source":"our logs"},
                   {"task":"training","curve":[{"batch_size":2,"examples_per_second":0.5}]}],
     "contradictions":["the vendor says twice as much"]}
    """#

  @Test("every field is read")
  func everyField() throws {
    let profile = try #require(try read(complete).first)
    #expect(profile.name == "Workstation 1" && profile.kind == .linux && profile.cores == 64)
    #expect(profile.gflops == 4000 && profile.gflopsPerCore == 62.5)
    #expect(profile.memoryGigabytes == 256 && profile.recommendedBatchSize == 8)
    #expect(profile.source == "measured in March" && profile.date == "2026-03-01")
    #expect(
      profile.series[0]
        == MeasuredSeries(
          task: .scoring,
          parameters: 7_000_000_000,
          tokensPerExample: 512,
          rates: .single(3.5),
          source: "our logs"
        )
    )
    #expect(
      profile.series[1].rates
        == .curve([MachineCalibration.Rate(batchSize: 2, perSecond: 0.5)])
    )
    #expect(profile.contradictions.map(\.text) == ["the vendor says twice as much"])
    #expect(try read("[\(complete)]") == [profile])
    let least = try #require(try read(#"{"name":"x","source":"y"}"#).first)
    #expect(least.kind == .other && least.recommendedBatchSize == nil)
    #expect(least.json["memory_gb"]?.isNull == true)
  }

  @Test(
    "what is wrong is named by its field",
    arguments: [
      ("3", "profile", "an object"), (#"{"source":"y"}"#, "name", "a text"),
      (#"{"name":"a\u001bb","source":"y"}"#, "name", "without control characters"),
      (#"{"name":"x"}"#, "source", "a text"),
      (#"{"name":"x","source":"y","kind":"bsd"}"#, "kind", "apple, linux, other"),
      (#"{"name":"x","source":"y","memory":4}"#, "memory", "only name, kind"),
      (#"{"name":"x","source":"y","memory_gb":-4}"#, "memory_gb", "above 0"),
      (#"{"name":"x","source":"y","gflops":"4"}"#, "gflops", "above 0"),
      (#"{"name":"x","source":"y","cores":0}"#, "cores", "above 0"),
      (#"{"name":"x","source":"y","date":"May"}"#, "date", "ISO 8601"),
      (#"{"name":"x","source":"y","batch_curve":[]}"#, "batch_curve", "at least one rate"),
      (
        #"{"name":"x","source":"y","batch_curve":[{"batch_size":1}]}"#,
        "batch_curve[0].examples_per_second", "above 0"
      ),
      (#"{"name":"x","source":"y","throughput":{}}"#, "throughput", "a list"),
      (
        #"{"name":"x","source":"y","throughput":[{"task":"dancing"}]}"#, "throughput[0].task",
        "scoring, training"
      ),
      (
        #"{"name":"x","source":"y","throughput":[{"task":"scoring"}]}"#,
        "throughput[0].examples_per_second", "above 0"
      ),
      (#"{"name":"x","source":"y","contradictions":[1]}"#, "contradictions[0]", "a text"),
    ]
  )
  func wrong(_ text: String, _ field: String, _ expected: String) {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.kind == .badData && error?.field == field)
    #expect(error?.expected?.contains(expected) == true, "\(error?.expected ?? "")")
    #expect(error?.description.unicodeScalars.contains { $0.value == 0x1B } == false)
    let listed = #expect(throws: InputError.self) { try read("[\(text)]") }
    #expect(listed?.field == (field == "profile" ? "profiles[0]" : "profiles[0]." + field))
  }

  @Test("a batch size twice in a curve, and a list that is too long, are refused")
  func lists() {
    let rate = #"{"batch_size":4,"examples_per_second":1}"#
    func text(_ count: Int) -> String {
      let rates = Array(repeating: rate, count: count).joined(separator: ",")
      return #"{"name":"x","source":"y","batch_curve":[\#(rates)]}"#
    }
    let twice = #expect(throws: InputError.self) { try read(text(2)) }
    #expect(twice?.expected?.contains("each batch size once") == true)
    let long = #expect(throws: InputError.self) { try read(text(257)) }
    #expect(long?.expected == "at most 256")
  }

  @Test("a calibration is a profile named after its file")
  func calibration() throws {
    let calibration = MachineCalibration(
      machine: .current,
      version: "1",
      date: "2026-01-02T03:04:05Z",
      threads: 2,
      productGFLOPS: 100,
      memoryBandwidth: 20,
      shapes: []
    )
    try calibration.save(to: folder.path + "/lab.node.json")
    let profiles = try ProfileFile.read(folder.path + "/lab.node.json")
    #expect(profiles.map(\.name) == ["lab"] && profiles[0].gflopsPerCore == 50)
    try calibration.save(to: folder.path + "/.json")
    let error = #expect(throws: InputError.self) { try ProfileFile.read(folder.path + "/.json") }
    #expect(error?.found == ".json")
  }
}
