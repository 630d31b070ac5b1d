import RealignHardware
import RealignNumerics
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@testable import RealignBenchmarks

@Suite("Calibration by benchmarks")
struct CalibrationBenchmarkTests {
  private let fields: JSONObject = [
    "peak_gflops": 120, "memory_bandwidth_gbs": 25,
    "scoring": [
      ["batch_size": 1, "examples_per_second": 50, "model_gflops": 60],
      ["batch_size": 8, "examples_per_second": 90, "model_gflops": 80],
    ],
    "training": [["pairs": 2, "pairs_per_second": 4, "model_gflops": 70]],
    "generation": [["prompts": 16, "tokens_per_second": 900]],
  ]

  @Test("the fields of the benchmarks become the record that the program reads")
  func record() {
    let made = Calibrations.calibration(fields, BenchmarkContext(threads: 3, shape: .tiny))
    #expect(made.machine == .current && made.threads == 3)
    #expect(made.productGFLOPS == 120 && made.memoryBandwidth == 25)
    let shape = made.shapes[0]
    #expect(shape.name == "tiny" && shape.parameters == 1_196_032)
    #expect(shape.scoring.map(\.batchSize) == [1, 8] && shape.scoring[1].perSecond == 90)
    #expect(shape.training.map(\.gflops) == [70])
    #expect(shape.generation.map(\.perSecond) == [900])
    // A quarter of 384 tokens of a prompt and 48 of a completion; a prompt and two completions.
    #expect(shape.tokensPerExample == 144 && shape.tokensPerPair == 480)
  }

  @Test("a calibration is saved where it is asked for, and shapes add up")
  func saving() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/c.json"
    let context = CommandContext(output: CollectedOutput())
    for shape in [ModelShape.tiny, .smolLM2] {
      let sizes = BenchmarkContext(threads: 1, shape: shape)
      try Calibrations.save(fields, sizes, to: path, context: context)
    }
    #expect(try MachineCalibration(path: path).shapes.map(\.name) == ["tiny", "smollm2-135m"])
    #expect(throws: InputError.self) {
      try Calibrations.save(fields, BenchmarkContext(threads: 1), to: nil, context: context)
    }
  }
}
