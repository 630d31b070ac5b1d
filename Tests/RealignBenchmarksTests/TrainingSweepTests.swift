import RealignText
import Testing

@testable import RealignBenchmarks

@Suite("Sweep of training steps")
struct TrainingSweepTests {
  private func step(threads: Int, seconds: Double, prompt: Int = 384) -> JSONObject {
    [
      "shape": "tiny", "prompt_tokens": .integer(prompt), "pairs": 2,
      "threads": .integer(threads), "step_seconds": .number(seconds), "tokens_per_second": 1000,
      "fraction_of_peak": 0.81, "peak_rss_bytes": 1_500_000_000,
    ]
  }

  @Test("one size is varied at a time, and no step is measured twice")
  func variants() {
    let context = BenchmarkContext(threads: 4, shape: .smolLM2)
    let variants = TrainingSweep.variants(of: context)
    let sizes = variants.map {
      [$0.shape.name, "\($0.promptTokens)", "\($0.pairs)", "\($0.threads)"]
    }
    #expect(Set(sizes).count == sizes.count)
    #expect(sizes[0] == ["smollm2-135m", "384", "2", "4"])
    for other in sizes.dropFirst() {
      #expect(zip(other, sizes[0]).filter { $0 != $1 }.count == 1)
    }
    #expect(Set(variants.map(\.threads)) == [1, 2, 4])
  }

  @Test("the forecast is Amdahl's law through both measurements")
  func forecast() throws {
    // A tenth of 10 s is serial: 1 + 9 / 2 on two threads.
    let figures = [
      step(threads: 2, seconds: 5.5), step(threads: 2, seconds: 7, prompt: 768),
      step(threads: 1, seconds: 10),
    ]
    let (serial, speedUp) = try #require(TrainingSweep.forecast(figures))
    #expect(abs(serial - 0.1) < 1e-12)
    #expect(abs(speedUp(2) - 10 / 5.5) < 1e-12)
    #expect(abs(speedUp(16) - 1 / (0.1 + 0.9 / 16)) < 1e-12)
    // Faster than twice as fast is noise: nothing is serial.
    let lucky = [step(threads: 2, seconds: 4.9), step(threads: 1, seconds: 10)]
    #expect(try #require(TrainingSweep.forecast(lucky)).serial == 0)
    #expect(TrainingSweep.forecast([step(threads: 2, seconds: 5)]) == nil)
    #expect(TrainingSweep.forecast([step(threads: 1, seconds: 5)]) == nil)
  }

  @Test("the table is a line for each step, none wider than a terminal")
  func table() {
    let figures = [step(threads: 2, seconds: 1.25), step(threads: 1, seconds: 2.4)]
    let lines = TrainingSweep.table(figures) + TrainingSweep.forecastLines(figures)
    #expect(lines.count == 5)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines[1].hasPrefix("tiny") && lines[1].contains("1.25 s"))
    #expect(lines[1].contains("1.50 GB") && lines[1].contains("0.810"))
  }
}
