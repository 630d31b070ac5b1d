import Testing

@testable import RealignNumerics

@Suite("Times of the processors")
struct ProcessorTimesTests {
  private func times(user: Int, idle: Int, steal: Int = 0, own: Int) throws -> ProcessorTimes {
    // Nice, system, iowait, irq and softirq 1 each; guest time is part of user.
    try #require(
      ProcessorTimes(
        system: "cpu  \(user) 1 1 \(idle) 1 1 1 \(steal) 7 0\ncpu0 1 2 3\n",
        process: "12 (a) b c) S 1 2 3 4 5 6 7 8 9 10 \(own - 3) 3 0 0 20\n"
      )
    )
  }

  @Test("busy is all but idle and waiting, own what this process spent")
  func reading() throws {
    let times = try times(user: 100, idle: 50, steal: 5, own: 40)
    #expect([times.total, times.busy, times.own] == [160, 109, 40])
  }

  @Test("others took what was busy beyond this process")
  func share() throws {
    let start = try times(user: 100, idle: 100, own: 40)
    let quiet = try times(user: 180, idle: 120, own: 120)
    #expect(quiet.othersShare(since: start) == 0)
    let loaded = try times(user: 150, idle: 120, steal: 30, own: 80)
    #expect(loaded.othersShare(since: start) == 0.4)
    #expect(start.othersShare(since: start) == 0)
  }

  @Test("other texts are refused", arguments: ["", "cpu 1 2", "cpu0 1 2 3 4 5 6 7 8"])
  func refused(_ system: String) {
    #expect(ProcessorTimes(system: system, process: "1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12") == nil)
  }

  @Test("this process has worked")
  func current() throws {
    let times = try #require(ProcessorTimes.current)
    #expect(times.own >= 0 && times.busy >= times.own && times.total >= times.busy)
  }
}
