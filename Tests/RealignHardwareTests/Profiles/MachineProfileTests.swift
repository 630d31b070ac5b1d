import RealignText
import Testing

@testable import RealignHardware

@Suite("Answers of a profile")
struct MachineProfileTests {
  private let workload = Workload(parameters: 8_000_000, format: .fp32, task: .scoring)

  private func profile(_ series: [MeasuredSeries] = []) -> MachineProfile {
    MachineProfile(name: "box", memoryGigabytes: 4, series: series, source: "test")
  }

  private func series(
    _ task: Workload.Task?,
    _ parameters: Int?,
    _ rate: Double,
    tokens: Int? = nil
  ) -> MeasuredSeries {
    MeasuredSeries(
      task: task,
      parameters: parameters,
      tokensPerExample: tokens,
      rates: .single(rate),
      source: "test"
    )
  }

  private func gap(_ body: () throws -> Void) -> String {
    let gap = #expect(throws: PlanningGap.self) { try body() }
    return gap?.description ?? ""
  }

  @Test("what it has no figure for it refuses, with the reason")
  func refusals() {
    #expect(gap { _ = try profile().rate(for: workload) } == "no throughput for scoring")
    #expect(gap { _ = try profile().batchSize(for: workload) }.contains("no batch curve"))
    #expect(gap { _ = try profile().seconds(for: workload) } == "no throughput for scoring")
    var unknown = profile([series(.scoring, 8_000_000, 1)])
    unknown.memoryGigabytes = nil
    #expect(gap { _ = try unknown.fits(workload) } == "the memory of box is unknown")
    var large = workload
    large.parameters = 2_000_000_000
    #expect(
      gap { _ = try profile([series(.scoring, 1, 1)]).seconds(for: large) }
        == "scoring of 2B fp32 does not fit the memory of box"
    )
    var training = workload
    training.task = .training
    #expect(
      gap { _ = try profile([series(.scoring, 8_000_000, 1)]).seconds(for: training) }
        .contains("say no time")
    )
    #expect(gap { _ = try profile([series(nil, 8_000_000, 1)]).rate(for: workload) }.count > 0)
  }

  @Test("the series nearest in size is taken and converted by parameters")
  func size() throws {
    let rates = profile([
      series(.scoring, 1_000_000, 100), series(.scoring, 16_000_000, 30),
      series(.training, 8_000_000, 1), series(.scoring, nil, 7),
    ])
    let estimate = try rates.rate(for: workload)
    #expect(estimate.perSecond == 60 && !estimate.isRelative && estimate.warnings.isEmpty)
    #expect(try rates.seconds(for: workload) == 10_000.0 / 60)
    var far = workload
    far.parameters = 100_000_000
    let rough = try rates.rate(for: far)
    #expect(abs(rough.perSecond - 4.8) < 1e-12)
    #expect(rough.warnings.first?.contains("6.25 times as small (16M)") == true)
    let unnamed = try profile([series(.scoring, nil, 7)]).rate(for: workload)
    #expect(unnamed.perSecond == 7 && unnamed.warnings.first?.contains("not named") == true)
  }

  @Test("lengths are converted only when asked for and known")
  func length() throws {
    let known = profile([series(.scoring, 8_000_000, 10, tokens: 144)])
    #expect(try known.rate(for: workload).perSecond == 10)
    var long = workload
    long.sequenceLength = 288
    long.isLengthGiven = true
    #expect(try known.rate(for: long).perSecond == 5)
    let unknown = try profile([series(.scoring, 8_000_000, 10)]).rate(for: long)
    #expect(unknown.perSecond == 10 && unknown.warnings.first?.contains("288 tokens") == true)
  }

  @Test("all weights take half as long again as adapters")
  func full() throws {
    let rates = profile([series(.training, 8_000_000, 3)])
    var training = workload
    training.task = .training
    #expect(try rates.rate(for: training).perSecond == 3)
    training.method = .full
    #expect(try rates.rate(for: training).perSecond == 2)
  }

  @Test("the rate is that of the chosen batch, on a line between those measured")
  func curve() throws {
    var box = profile([
      MeasuredSeries(
        task: .scoring,
        parameters: 8_000_000,
        rates: .curve(MachineProfile.m4Max.batchCurve),
        source: "test"
      )
    ])
    #expect(try box.rate(for: workload).perSecond == 776)
    #expect(try box.rate(for: workload, batchSize: 12).perSecond == 535)
    #expect(try box.rate(for: workload, batchSize: 1000).perSecond == 750)
    #expect(try box.batchSize(for: workload).size == 32)
    box.memoryGigabytes = 0.1
    let choice = try box.batchSize(for: workload)
    #expect(choice.size < 32 && choice.reason.contains("memory allows no more"))
    #expect(choice.warning?.contains("below the optimum") == true)
    box.memoryGigabytes = 0.03
    #expect(gap { _ = try box.batchSize(for: workload) }.contains("not even one example"))
    #expect(try box.largestBatchSize(for: workload) == 0)
  }

  @Test("in training a node takes no more at a time than an update has")
  func update() throws {
    var training = workload
    training.task = .training
    training.globalBatchSize = 8
    let choice = try MachineProfile.m4Max.batchSize(for: training)
    #expect(choice.size == 8 && choice.reason == "an update has no more")
  }

  @Test("names are found whatever their case and separators")
  func names() {
    for name in ["M4 Max", "m4-max", "M4_MAX", "m4max"] {
      #expect(MachineProfile.m4Max.isNamed(name))
    }
    #expect(!MachineProfile.m4Max.isNamed("M4"))
  }

  @Test("figures are shown with three digits, bytes and times in units that people use")
  func shown() {
    #expect(
      [0, 3.864, 38.64, 386.4, 0.0386, 4, 1e16].map(Shown.number) == [
        "0", "3.86", "38.6", "386", "0.0386", "4", "1.00e+16",
      ]
    )
    #expect(Shown.bytes(815e9) == "815 GB" && Shown.bytes(1.2e12) == "1200 GB")
    #expect(Shown.bytes(540e6) == "540 MB" && Shown.bytes(12) == "12 bytes")
    #expect(Shown.seconds(3) == "3 s" && Shown.seconds(2165) == "2165 s (36.1 min)")
    #expect(Shown.seconds(10_800) == "10800 s (3 h)" && Shown.seconds(864_000).hasSuffix("days)"))
    #expect(Shown.list(["a", "b", "c"]) == "a, b and c" && Shown.list([]) == "nothing")
  }
}
