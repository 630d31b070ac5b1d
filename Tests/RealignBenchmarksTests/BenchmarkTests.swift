import RealignNumerics
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@testable import RealignBenchmarks

@Suite("Timings")
struct TimingTests {
  @Test("median, best and spread are those of the measurements")
  func statistics() {
    let timing = Timing([4, 1, 3, 2, 5])
    #expect((timing.median, timing.best) == (3, 1))
    // Quartiles 2 and 4.
    #expect(abs(timing.spread - 2.0 / 3) < 1e-12)
    #expect(Timing([2, 4]).median == 3)
    #expect(Timing([7]).spread == 0)
  }

  @Test("work is repeated until runs and time are enough")
  func repeats() {
    var calls = 0
    let timing = Stopwatch.measure(runs: 4...4, seconds: 0) { calls += 1 }
    // One more to warm up.
    #expect((calls, timing.seconds.count) == (5, 4))
    #expect(timing.pairing == nil)
  }

  @Test("a yardstick is measured beside every measurement")
  func besides() throws {
    let yardstick = Yardstick("twice", work: 2) {}
    let timing = Timing([4, 1, 2], beside: (yardstick, seconds: [8, 1, 3]))
    let pairing = try #require(timing.pairing)
    #expect(pairing.quotients == [1, 1.5, 2] && pairing.seconds == [1, 3, 8])
    // 30 units in a second of work over 2 units in a second of the yardstick: 15 at equal times.
    let row = BenchmarkRow("x", unit: "u", work: 30, timing: timing)
    let relative = try #require(row.relative)
    #expect(relative.yardstick == "twice" && relative.value == 22.5 && relative.best == 15)
    #expect(abs(relative.spread - 0.5 / 1.5) < 1e-12)
    var calls = 0
    let measured = Stopwatch.measure(runs: 3...3, seconds: 0, beside: yardstick) { calls += 1 }
    #expect(measured.pairing?.quotients.count == 3 && calls >= 5)
  }
}

@Suite("Work that a model needs")
struct WorkTests {
  @Test("operations are counted from the layers")
  func counts() {
    let shape = ModelShape(
      name: "x",
      vocabularySize: 10,
      hiddenSize: 4,
      intermediateSize: 6,
      layerCount: 2,
      headCount: 2,
      keyValueHeadCount: 1
    )
    // Query and output 4x4, key and value 4x2, three of 4x6: 120 in each of two blocks.
    #expect(shape.blockWeights == 240)
    // Rank 3 times inputs plus outputs, 8 + 6 + 6 + 8 + 10 + 10 + 10 in each block.
    #expect(shape.adapterWeights(rank: 3) == 348)
    // A prompt of 3 and two completions of 2: 6 + 2 (2·3 + 3).
    #expect(Work.attended(prompt: 3, completion: 2, branches: 2) == 24)
    let work = Work(shape: shape)
    let linear: Double = 2 * 240 * 7
    let attention: Double = 4 * 24 * 4 * 2
    let head: Double = 2 * 40 * 4
    let forward = work.forward(tokens: 7, attended: 24, headTokens: 4)
    #expect(forward == linear + attention + head)
    let full = work.training(tokens: 7, attended: 24, headTokens: 4, rank: nil)
    #expect(full == 3 * forward)
    let adapters: Double = 2 * 348 * 7
    let lora = work.training(tokens: 7, attended: 24, headTokens: 4, rank: 3)
    #expect(lora == 2 * linear + 3 * attention + 2 * head + 3 * adapters)
  }
}

@Suite("Benchmarks")
struct BenchmarkRunTests {
  private static let small = ModelShape(
    name: "small",
    vocabularySize: 64,
    hiddenSize: 16,
    intermediateSize: 24,
    layerCount: 2,
    headCount: 2,
    keyValueHeadCount: 1
  )

  @Test(
    "every model benchmark gives positive figures",
    arguments: ["scoring", "training", "generation"]
  )
  func runs(_ name: String) throws {
    let benchmark = try #require(Benchmarks.named(name))
    let context = BenchmarkContext(
      threads: Parallel.threads,
      shape: Self.small,
      promptTokens: 12,
      completionTokens: 5,
      rank: 4
    )
    let result = try benchmark.run(context)
    #expect(!result.rows.isEmpty)
    #expect(result.rows.allSatisfy { $0.value > 0 && $0.best >= $0.value && $0.samples > 0 })
  }

  @Test("figures that are not wanted are left out")
  func only() throws {
    var context = BenchmarkContext(threads: Parallel.threads)
    let name = "gemm 128x128x128, threads 1"
    context.only = [name]
    let result = try GEMMBenchmark().run(context)
    #expect(result.rows.map(\.name) == [name])
    #expect(result.rows.allSatisfy { $0.relative?.yardstick == Yardstick.product.name })
  }

  @Test("shapes have the published numbers of weights")
  func shapes() throws {
    let millions = ["smollm2-135m": 134.5, "smollm2-1.7b": 1711.3, "qwen2-0.5b": 493.9]
    for shape in ModelShape.all {
      guard let expected = millions[shape.name] else { continue }
      // Norms and biases are left out.
      #expect(abs((shape.blockWeights + shape.headWeights) / 1e6 - expected) < 0.2)
    }
    #expect(Set(ModelShape.all.map(\.name)).isSuperset(of: millions.keys))
  }

  @Test("the text benchmark measures the rows it is given")
  func text() throws {
    let folder = try TemporaryFolder()
    let row = #"{"prompt":"What is \u00e9\n?","completion":" A letter, the 2nd \"e\"."}"#
    let path = try folder.write(String(repeating: row + "\n", count: 20), to: "rows.jsonl")
    let context = BenchmarkContext(threads: Parallel.threads, dataFile: path)
    let result = try TextBenchmark().run(context)
    #expect(result.rows.count == 3)
    #expect(result.rows.allSatisfy { $0.unit == "MB/s" && $0.value > 0 })
    // The tokenizer learned the row as a few long tokens.
    #expect(try #require(result.fields["bytes_per_token"]?.doubleValue) > 2)
  }

  @Test("generated text is the same for a seed and of the size asked for")
  func generatedText() {
    var first = EnglishLikeText(seed: 1)
    var second = EnglishLikeText(seed: 1)
    let text = first.text(bytes: 5000)
    #expect(text == second.text(bytes: 5000))
    #expect(5000..<5100 ~= text.utf8.count)
    #expect(text != first.text(bytes: 5000))
    let words = text.split { $0 == " " || $0.isNewline }
    #expect(4.0..<9.0 ~= Double(text.utf8.count) / Double(words.count))
  }

  @Test("an unknown name is refused with those that exist")
  func unknown() {
    let options = BenchCommand.Options(names: ["gem"], sizes: BenchmarkContext(threads: 1))
    #expect(throws: InputError.self) {
      _ = try BenchCommand.run(options, context: CommandContext(output: CollectedOutput()))
    }
  }
}
