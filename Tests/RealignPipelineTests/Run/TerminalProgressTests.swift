import Synchronization
import Testing

@testable import RealignPipeline

/// A clock that is set by hand and a sink that keeps what is written.
private final class Bench: Sendable {
  private let state = Mutex((time: 0.0, text: ""))
  var text: String { state.withLock { $0.text } }

  func advance(_ seconds: Double) { state.withLock { $0.time += seconds } }

  func reporter(_ style: TerminalProgress.Style) -> TerminalProgress {
    TerminalProgress(
      style: style,
      now: { self.state.withLock { $0.time } },
      write: { text in self.state.withLock { $0.text += text } }
    )
  }
}

@Suite struct TerminalProgressTests {
  @Test func `a terminal has one line that is redrawn and then replaced`() {
    let bench = Bench()
    let progress = bench.reporter(.init(isTerminal: true, columns: 60))
    progress.begin("optimize", total: 100)
    bench.advance(2)
    progress.update(10, "loss 0.5")
    progress.update(11, "loss 0.4")
    progress.note("saved")
    bench.advance(18)
    progress.end("done")
    #expect(
      bench.text == "\roptimize 10/100 5.0/s 18.0 s left loss 0.5\u{1B}[K"
        + "\r\u{1B}[Ksaved\noptimize: done (20.0 s)\n"
    )
  }

  @Test func `a long line is cut at the terminal's width`() {
    let bench = Bench()
    let progress = bench.reporter(.init(isTerminal: true, columns: 20))
    progress.begin("task", total: nil)
    bench.advance(1)
    progress.update(1, String(repeating: "x", count: 50))
    #expect(bench.text == "\r" + "task 1 1.0/s xxxxxx" + "\u{1B}[K")
  }

  @Test func `a file has plain lines, at most one in thirty seconds`() {
    let bench = Bench()
    let progress = bench.reporter(.init())
    progress.begin("sft", total: 4)
    for step in 1...4 {
      bench.advance(20)
      progress.update(step, "")
    }
    progress.end(nil)
    #expect(
      bench.text == "sft: 4 steps\nsft 2/4 20.0 s each 40.0 s left\nsft 4/4 20.0 s each\n"
        + "sft: done (1m20s)\n"
    )
  }

  @Test func `quiet shows warnings only, verbose shows details`() {
    let quiet = Bench()
    let silent = quiet.reporter(.init(verbosity: -1))
    silent.note("a")
    silent.begin("b", total: 1)
    silent.update(1, "")
    silent.end(nil)
    silent.warn("c")
    #expect(quiet.text == "warning: c\n")
    let normal = Bench()
    normal.reporter(.init()).detail("d")
    #expect(normal.text.isEmpty)
    let verbose = Bench()
    verbose.reporter(.init(verbosity: 1)).detail("d")
    #expect(verbose.text == "d\n")
  }

  @Test func `control characters never reach the terminal`() {
    let bench = Bench()
    let progress = bench.reporter(.init(isTerminal: true, usesColor: true))
    progress.note("a\u{1B}[2Jb\rc")
    progress.warn("d\u{7}")
    #expect(bench.text.hasPrefix("a\\u{1b}[2Jb\\rc\n"))
    #expect(bench.text.hasSuffix("\u{1B}[33mwarning: \u{1B}[0md\\u{7}\n"))
  }

  @Test(arguments: [(0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1m00s"), (3725, "1h02m")])
  func `durations are short`(seconds: Double, text: String) {
    #expect(TerminalProgress.duration(seconds) == text)
  }

  @Test func `NO_COLOR and a dumb terminal are respected`() {
    let forced = TerminalProgress.Style.standardError(
      environment: ["FORCE_COLOR": "1"],
      verbosity: 0
    )
    #expect(forced.usesColor)
    let none = TerminalProgress.Style.standardError(
      environment: ["FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb"],
      verbosity: 0
    )
    #expect(!none.usesColor)
    #expect(!none.isTerminal)
  }
}
