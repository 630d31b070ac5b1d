import RealignModels
import RealignNumerics
import RealignText
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite("Memory estimate")
struct MemoryEstimateTests {
  static let passes = MemoryEstimate.Passes(training: MemoryEstimate.Pass(rows: 8, targets: 6))

  @Test("weights, and gradients with two moments of what is trained")
  func state() {
    var model = CommandFixtures.make(beginOfText: false, seed: 1).model
    let count = model.parameterCount
    let passes = Self.passes
    let full = MemoryEstimate(model: model, passes: passes)
    #expect(full.weights == 4 * count)
    #expect(full.trainingState == 12 * count)
    model.adapter = Adapter(AdapterConfiguration(rank: 2), for: model, seed: 1)
    let adapted = MemoryEstimate(model: model, passes: passes)
    #expect(adapted.weights == 4 * count)
    // The adapters themselves, gradients and two moments.
    #expect(adapted.trainingState == 16 * model.trainable.layout.count)
    let half = MemoryEstimate(model: model.with(baseType: .bf16), passes: passes)
    #expect(half.weights == model.with(baseType: .bf16).weights.byteCount)
    #expect(half.weights < adapted.weights * 6 / 10)
    #expect(half.trainingState == adapted.trainingState)
  }

  @Test("ranks share moments of all weights, and each holds the gradients that wait to be added")
  func ranks() {
    var model = CommandFixtures.make(beginOfText: false, seed: 1).model
    var settings = TrainerSettings()
    settings.gradientAccumulationSteps = 4
    func state(ranks: Int) -> Int {
      var passes = Self.passes
      passes.gradientBuffers = settings.gradientBuffers(ranks: ranks)
      passes.ranks = ranks
      return MemoryEstimate(model: model, passes: passes).trainingState
    }
    let count = model.parameterCount
    // Three sums and two moments; two sums and half the moments; one and a quarter of them.
    #expect(state(ranks: 1) == 20 * count)
    #expect(state(ranks: 2) == 12 * count)
    #expect(state(ranks: 4) == 4 * count + 8 * (count / 4))
    model.adapter = Adapter(AdapterConfiguration(rank: 2), for: model, seed: 1)
    #expect(state(ranks: 4) == 16 * model.trainable.layout.count)
  }

  @Test("held-out passes come on top of a training; those before it count when they are larger")
  func passes() {
    let model = CommandFixtures.make(beginOfText: false, seed: 1).model
    let needs = MemoryNeeds(model)
    let other = MemoryEstimate.Pass(rows: 500, targets: 400)
    let extra = needs.pass(rows: 500, targets: 400, for: .inference)
    func estimate(_ change: (inout MemoryEstimate.Passes) -> Void) -> MemoryEstimate {
      var passes = Self.passes
      change(&passes)
      return MemoryEstimate(model: model, passes: passes)
    }
    let plain = estimate { _ in }
    #expect(plain.activations == needs.pass(rows: 8, targets: 6, for: .training()))
    #expect(estimate { $0.evaluation = other }.activations == plain.activations + extra)
    #expect(
      estimate { $0.recomputes = true }.activations
        == needs.pass(rows: 8, targets: 6, for: .training(recomputes: true))
    )
    // Gradients and moments are not there yet.
    let weights = plain.total - plain.trainingState - plain.activations
    #expect(estimate { $0.reference = other }.total == max(plain.total, weights + extra))
    #expect(estimate { $0.check = other }.total == max(plain.total, weights + 2 * extra))
    #expect(weights + extra > plain.total)
  }

  @Test("rows are put into passes as scoring does")
  func largest() {
    let rows = [3000, 1000, 500, 4000, 90].map {
      MemoryEstimate.Pass(rows: $0, targets: $0 == 500 ? 400 : 1)
    }
    // 3000 + 1000, 500, 4000 + 90.
    #expect(
      MemoryEstimate.Pass(largestOf: rows) == MemoryEstimate.Pass(rows: 4090, targets: 400)
    )
    #expect(MemoryEstimate.Pass(largestOf: []) == nil)
  }

  @Test("what the machine cannot hold is refused with numbers and ways out")
  func refused() throws {
    let model = CommandFixtures.make(beginOfText: false, seed: 1).model
    let estimate = MemoryEstimate(model: model, passes: Self.passes)
    let small = MemoryLimits(capacity: 1 << 20, available: 1 << 20)
    let error = #expect(throws: InputError.self) {
      try estimate.report(SilentProgress(), baseType: .f32, limits: small)
    }
    #expect(error?.kind == .badConfiguration && error?.found == "1.0 MB")
    #expect(error?.expected?.contains(Count.bytes(estimate.total)) == true)
    #expect(error?.hint?.contains("--base-dtype bf16") == true)
    let half = #expect(throws: InputError.self) {
      try estimate.report(SilentProgress(), baseType: .bf16, limits: small)
    }
    #expect(
      half?.hint == "--gradient-checkpointing keeps less for backward; "
        + "lower per_device_train_batch_size or max_length"
    )
    // What is free at the moment refuses nothing.
    try estimate.report(
      SilentProgress(),
      baseType: .f32,
      limits: MemoryLimits(capacity: 1 << 40, available: 1)
    )
  }

  @Test("generation counts its cache")
  func generation() {
    let model = CommandFixtures.make(beginOfText: false, seed: 1).model
    let estimate = MemoryEstimate(model: model, prompts: [3, 9, 5], newTokens: 4, batchSize: 2)
    #expect(estimate.cache == MemoryNeeds(model).cache(sequences: 2, positions: 13))
    #expect(
      estimate.activations == MemoryNeeds(model).pass(rows: 14, targets: 2, for: .inference)
    )
  }

  @Test("magnitudes trained apart keep one more value for every output and row")
  func decomposed() {
    var model = CommandFixtures.make(beginOfText: false, seed: 1).model
    func activations(decomposed: Bool) -> Int {
      let adapter = AdapterConfiguration(rank: 2, usesWeightDecomposition: decomposed)
      model.adapter = Adapter(adapter, for: model, seed: 1)
      return MemoryEstimate(model: model, passes: Self.passes).activations
    }
    let plain = activations(decomposed: false)
    let more = activations(decomposed: true) - plain
    #expect(more == 4 * 8 * (model.adapter?.decomposedOutputCount ?? 0))
    #expect(more > 0)
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
