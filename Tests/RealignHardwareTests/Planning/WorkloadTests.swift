import Foundation
import RealignText
import Testing

@testable import RealignHardware

@Suite("Workloads")
struct WorkloadTests {
  @Test(
    "numbers of parameters are read as people write them",
    arguments: [
      ("30B", 30_000_000_000), ("1.7e9", 1_700_000_000), ("135M", 135_000_000),
      ("7b", 7_000_000_000),
      ("1.2T", 1_200_000_000_000), ("500k", 500_000), ("1234567", 1_234_567), ("0.5G", 500_000_000),
      ("1e14", 100_000_000_000_000),
    ]
  )
  func parameters(_ text: String, _ count: Int) throws {
    #expect(try ParameterCount.parse(text) == count)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "B", "0", "-1", "-30B", "nan", "inf", "0x10", "1e15", "2000T", "30 B", "30BB", "1,5B",
      "0.4", "１B", "1_000",
    ]
  )
  func notParameters(_ text: String) {
    let error = #expect(throws: InputError.self) { try ParameterCount.parse(text) }
    #expect(error?.kind == .usage && error?.field == "--parameters")
  }

  @Test("counts are shown in the units they are given in")
  func shownCounts() {
    #expect(ParameterCount.text(30_000_000_000) == "30B")
    #expect(ParameterCount.text(134_515_008) == "135M")
    #expect(ParameterCount.text(1_196_032) == "1.2M")
    #expect(ParameterCount.text(999) == "999")
  }

  @Test(
    "weights take the bytes of their format, scales of groups beside",
    arguments: [
      (WeightFormat.fp32, 4.0, 0.0), (.bf16, 2, 0), (.fp16, 2, 0), (.int8, 1, 0.0625),
      (.int4, 0.5, 0.0625),
    ]
  )
  func bytes(_ format: WeightFormat, _ weights: Double, _ scales: Double) {
    let workload = Workload(parameters: 30_000_000_000, format: format, task: .scoring)
    let demand = MemoryDemand(workload, batchSize: 1)
    #expect(demand.weights == 30e9 * weights && demand.scales == 30e9 * scales)
    #expect(demand.total == demand.parts.reduce(0) { $0 + $1.bytes })
    #expect(demand.gradients == 0 && demand.optimizer == 0)
  }

  @Test("the estimated shape has as many weights as the model, and known ones are near")
  func shape() {
    for count in [1_000_000, 135_000_000, 30_000_000_000, 70_000_000_000] {
      let shape = EstimatedShape(parameters: count)
      let sum = 12 * shape.layers * shape.width * shape.width
      #expect(abs(sum - Double(count)) < 1e-9 * Double(count))
    }
    // Llama 2 70B: 80 layers of width 8192.
    let large = EstimatedShape(parameters: 70_000_000_000)
    #expect(abs(large.layers / 80 - 1) < 0.15 && abs(large.width / 8192 - 1) < 0.15)
  }

  @Test("what a pass keeps grows with batch and length, the rest does not")
  func batch() {
    var workload = Workload(parameters: 7_000_000_000, format: .bf16, task: .training)
    let one = MemoryDemand(workload, batchSize: 1)
    let four = MemoryDemand(workload, batchSize: 4)
    #expect(four.state == one.state)
    #expect(abs(four.activations - 4 * one.activations) < 1)
    workload.sequenceLength *= 4
    #expect(abs(MemoryDemand(workload, batchSize: 1).activations - four.activations) < 1)
    // 34 bytes for each position and unit of width in each layer.
    let shape = EstimatedShape(parameters: workload.parameters)
    #expect(abs(one.activations - 34 * 512 * shape.width * shape.layers) < 1)
    workload.task = .scoring
    let scoring = MemoryDemand(workload, batchSize: 1)
    #expect(scoring.cache == 2 * 2 * 2048 * shape.layers * shape.width)
  }

  @Test("adapters are trained in single precision, their number by rank")
  func adapters() {
    let workload = Workload(
      parameters: 7_000_000_000,
      format: .int4,
      task: .training,
      method: .lora(rank: 8)
    )
    let demand = MemoryDemand(workload, batchSize: 1)
    let weights = EstimatedShape(parameters: 7_000_000_000).adapterWeights(rank: 8)
    #expect(demand.adapters == 4 * weights && demand.gradients == 4 * weights)
    #expect(demand.optimizer == 8 * weights && demand.reference == 0)
    // Llama 2 7B with rank 8 on all linear layers has 20.0M; two matrices of width x 4 width stand
    // for its three of width x 2.7 width.
    #expect(abs(weights / 20e6 - 1) < 0.1)
    #expect(workload.gradientBytes == 4 * weights)
  }
}

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "times are read as programs write them",
    arguments: [
      ("1970-01-01", 0.0), ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600),
      ("2026-01-02T03:04:05Z", 1_767_323_045), ("2026-01-02T03:04:05.678+00:00", 1_767_323_045),
      ("2026-01-02 04:04:05+01:00", 1_767_323_045), ("2026-01-01T22:04:05-0500", 1_767_323_045),
      ("2026-01-02T03:04", 1_767_323_040), ("1969-12-31T23:59:59", -1),
    ]
  )
  func times(_ text: String, _ seconds: Double) {
    #expect(Timestamp.date(text)?.timeIntervalSince1970 == seconds)
  }

  @Test(
    "anything else is none",
    arguments: [
      "", "now", "2026-13-01", "2026-00-10", "2026-01-32", "2026-01-02T24:00:00Z",
      "2026-01-02T03:60Z", "2026-01-02T03:04:05+25:00", "26-01-02", "2026-01-02T03:04:05Zx",
      "２０２６-01-02", "2026-01-02T03:04:05\n",
    ]
  )
  func none(_ text: String) { #expect(Timestamp.date(text) == nil) }
}
