import RealignEvaluation
import Testing

@Suite("Non-inferiority") struct NonInferiorityTests {
  let bootstrap = ClusterBootstrap(seed: 3, resamples: 2000)

  func benchmark(
    _ name: String,
    items: Int,
    chance: Double = 0,
    baseline: (Int) -> Bool,
    final: (Int) -> Bool
  ) -> PairedBenchmark {
    PairedBenchmark(
      name: name,
      chance: chance,
      baseline: (0..<items).map { baseline($0) ? 1 : 0 },
      final: (0..<items).map { final($0) ? 1 : 0 }
    )
  }

  @Test("an unchanged model retains exactly everything, with no uncertainty")
  func unchanged() throws {
    let result = NonInferiority(
      [benchmark("a", items: 200, baseline: { $0 % 4 != 0 }, final: { $0 % 4 != 0 })],
      bootstrap: bootstrap
    )
    let mean = try #require(result.mean)
    #expect(mean.interval.estimate == 1 && mean.lowerBound == 1 && mean.upperBound == 1)
  }

  @Test("chance is taken off before and after")
  func chance() throws {
    // 0.85 and 0.80 with chance 0.25: 0.55 / 0.60.
    let result = NonInferiority(
      [
        benchmark(
          "a",
          items: 200,
          chance: 0.25,
          baseline: { $0 % 20 < 17 },
          final: { $0 % 20 < 16 }
        )
      ],
      bootstrap: bootstrap
    )
    let retention = try #require(result.benchmarks.first)
    #expect(abs(retention.estimate.interval.estimate - 0.9166666666666667) < 1e-12)
    #expect(retention.baseline == 0.85 && retention.final == 0.8)
    // McNemar-like variance: 5 % of items broke; sd of the ratio ≈ 0.027, so 0.95 is not refuted
    // at 95 % but the lower bound stays well below it.
    #expect(retention.estimate.lowerBound > 0.85 && retention.estimate.lowerBound < 0.9)
  }

  @Test("pairing makes the bound far tighter than the scores' own noise")
  func pairing() throws {
    let result = NonInferiority(
      [benchmark("a", items: 400, baseline: { $0 % 2 == 0 }, final: { $0 % 2 == 0 && $0 != 0 })],
      bootstrap: bootstrap
    )
    let mean = try #require(result.mean)
    // One of 200 right items broke. Unpaired, the bound would lie near 0.995 − 1.645 · 0.0707.
    #expect(mean.interval.estimate == 0.995)
    #expect(mean.lowerBound > 0.98)
  }

  @Test("a collapsed benchmark is significantly worse, and the mean cannot hide it")
  func collapse() throws {
    let kept = (0..<4).map { index in
      benchmark("kept\(index)", items: 300, baseline: { $0 % 5 != 0 }, final: { $0 % 5 != 0 })
    }
    let lost = benchmark("lost", items: 300, baseline: { $0 % 5 != 0 }, final: { $0 % 5 > 1 })
    let result = NonInferiority(kept + [lost], bootstrap: bootstrap)
    let worst = try #require(result.worst)
    #expect(worst.name == "lost")
    #expect(abs(worst.estimate.interval.estimate - 0.75) < 1e-12)
    #expect(worst.isSignificantlyBelow(0.95))
    #expect(!result.benchmarks[0].isSignificantlyBelow(0.95))
    #expect(abs((result.mean?.interval.estimate ?? 0) - 0.95) < 1e-12)
  }

  @Test("a benchmark the baseline only guesses at is set aside by name")
  func unmeasurable() {
    let guess = benchmark(
      "guess",
      items: 200,
      chance: 0.25,
      baseline: { $0 % 4 == 0 },
      final: { $0 % 3 == 0 }
    )
    let result = NonInferiority([guess], bootstrap: bootstrap)
    #expect(result.unmeasurable == ["guess"])
    #expect(result.mean == nil && result.worst == nil && result.benchmarks.isEmpty)
    #expect(NonInferiority([], bootstrap: bootstrap).mean == nil)
  }

  @Test("adding a benchmark leaves the bounds of the others alone")
  func independentStreams() {
    let a = benchmark("a", items: 100, baseline: { $0 % 4 != 0 }, final: { $0 % 5 != 0 })
    let b = benchmark("b", items: 100, baseline: { $0 % 3 != 0 }, final: { $0 % 5 != 0 })
    let alone = NonInferiority([a], bootstrap: bootstrap).benchmarks[0].estimate
    #expect(NonInferiority([b, a], bootstrap: bootstrap).benchmarks[1].estimate == alone)
  }
}
