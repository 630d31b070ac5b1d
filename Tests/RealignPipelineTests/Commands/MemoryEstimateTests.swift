import RealignModels
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Memory estimate")
struct MemoryEstimateTests {
  @Test("weights, and gradients with two moments of what is trained")
  func state() {
    var model = CommandFixtures.make(beginOfText: false, seed: 1).model
    let count = model.parameterCount
    let full = MemoryEstimate(model: model, rows: 8, keepsBest: false)
    #expect(full.weights == 4 * count)
    #expect(full.trainingState == 12 * count)
    #expect(
      MemoryEstimate(model: model, rows: 8, keepsBest: true).trainingState == 16 * count
    )
    model.adapter = Adapter(AdapterConfiguration(rank: 2), for: model, seed: 1)
    let adapted = MemoryEstimate(model: model, rows: 8, keepsBest: false)
    #expect(adapted.weights == 4 * count)
    // The adapters themselves, gradients and two moments.
    #expect(adapted.trainingState == 16 * model.trainable.layout.count)
    #expect(
      MemoryEstimate(model: model, rows: 16, keepsBest: false).activations
        == 2 * adapted.activations
    )
    let decomposed = AdapterConfiguration(rank: 2, usesWeightDecomposition: true)
    model.adapter = Adapter(decomposed, for: model, seed: 1)
    // One more value for every output whose magnitude is trained apart.
    let kept = 4 * 8 * (model.adapter?.decomposedOutputCount ?? 0)
    #expect(kept > 0)
    #expect(
      MemoryEstimate(model: model, rows: 8, keepsBest: false).activations
        == adapted.activations + kept
    )
  }

  @Test(
    "counts and sizes as people read them",
    arguments: [
      (Count.grouped(0), "0"), (Count.grouped(999), "999"), (Count.grouped(1000), "1,000"),
      (Count.grouped(-1_234_567), "-1,234,567"), (Count.bytes(1023), "1023 bytes"),
      (Count.bytes(1536), "1.5 KB"), (Count.bytes(3 << 30), "3.0 GB"),
      (Count.decimal(0.05), "0.0500"), (Count.decimal(-1.99996), "-2.0000"),
      (Count.decimal(.nan), "-"), (Count.decimal(2.5, places: 0), "3"),
    ]
  )
  func counts(_ found: String, _ expected: String) { #expect(found == expected) }
}
