import RealignNumerics
import RealignText

/// Low-rank adapters of one model: flat parameters and where each lies (Hu and others 2021,
/// equation 3), with the full copies that are trained beside them.
public struct Adapter: Sendable {
  /// Rank, scale and targets.
  public let configuration: AdapterConfiguration
  /// Places of every A, B, magnitude and full copy, under PEFT's names without the adapter's own.
  public let layout: ParameterLayout
  /// The flat values.
  public let parameters: Tensor
  /// Where the adapters sit.
  let plan: AdapterPlan

  /// Creates adapters that leave the model unchanged: A is uniform in ±1/√in, B zero, magnitudes
  /// are the norms of the weights' rows, full copies are copies.
  ///
  /// - Precondition: `configuration.validate(for:)` accepts the model's configuration.
  public init(_ configuration: AdapterConfiguration, for model: LanguageModel, seed: UInt64) {
    let plan: AdapterPlan
    do {
      plan = try AdapterPlan(configuration, for: model.configuration)
    } catch {
      preconditionFailure("validate the adapter first: \(error)")
    }
    let layout = plan.layout
    var values = [Float](repeating: 0, count: layout.count)
    for entry in layout.entries where entry.name.hasSuffix("lora_A.weight") {
      var stream = RandomStream(seed: seed, name: "adapter/" + entry.name)
      let bound = 1 / Double(entry.columns).squareRoot()
      for index in entry.range { values[index] = Float((stream.uniform() * 2 - 1) * bound) }
    }
    let parameters = Tensor(rows: 1, columns: layout.count)
    parameters.copy(from: values)
    self.init(
      configuration: configuration.resolved(for: model.configuration),
      plan: plan,
      layout: layout,
      parameters: parameters
    )
    copyFromBase(model)
  }

  /// Wraps values that lie in a given layout.
  init(
    configuration: AdapterConfiguration,
    plan: AdapterPlan,
    layout: ParameterLayout,
    parameters: Tensor
  ) {
    precondition(parameters.count == layout.count, "\(parameters.count) for \(layout.count)")
    self.configuration = configuration
    self.plan = plan
    self.layout = layout
    self.parameters = parameters
  }

  /// The same adapters over other values, for example their gradients.
  func over(_ values: Tensor) -> Adapter {
    Adapter(configuration: configuration, plan: plan, layout: layout, parameters: values)
  }

  /// Magnitudes and full copies as the base has them.
  private func copyFromBase(_ model: LanguageModel) {
    for (layer, (block, groups)) in zip(model.blocks, plan.placements).enumerated() {
      if plan.usesWeightDecomposition { model.weights.shards?.gather(layer) }
      for (linear, placements) in zip(block.linears, groups) {
        for placement in placements {
          layout.view(placement.magnitudeName, in: parameters)?
            .copy(from: linear.weight.rows(placement.outputs).widened().rowNorms())
        }
      }
    }
    for copy in plan.copies {
      view(of: copy.name)?.copy(from: model.baseWeight(copy.name).widened())
    }
  }

  /// Outputs whose magnitude is trained apart from their direction, of all blocks.
  public var decomposedOutputCount: Int {
    guard plan.usesWeightDecomposition else { return 0 }
    return plan.placements.joined().joined().reduce(0) { $0 + $1.outputs.count }
  }
}

extension Adapter {
  /// The most inputs that the adapters of one fused projection have together where dropout masks
  /// them, else 0.
  var widestMaskedInputs: Int {
    guard configuration.dropout > 0 else { return 0 }
    return plan.placements.joined().map { $0.reduce(0) { $0 + $1.inputs } }.max() ?? 0
  }

  /// The full copy of a parameter of the base, or nil where there is none.
  func view(of name: String) -> Tensor? { layout.view(AdapterPlan.prefix + name, in: parameters) }

  /// The full copy of a normalisation, or nil where there is none.
  func norm(_ name: String, decoder: DecoderDescription, epsilon: Float) -> Norm? {
    Norm(
      AdapterPlan.prefix + name,
      decoder: decoder,
      epsilon: epsilon,
      weights: BaseWeights(layout: layout, values: parameters)
    )
  }

  /// The adapters on the projections of one fused product, in the order of its outputs.
  func slices(layer: Int, group: Int) -> [Linear.LowRankSlice] {
    plan.placements[layer][group].map { placement in
      guard let a = layout.view(placement.aName, in: parameters),
        let b = layout.view(placement.bName, in: parameters)
      else { preconditionFailure("the layout lacks \(placement.name)") }
      return Linear.LowRankSlice(
        a: a,
        b: b,
        magnitude: layout.view(placement.magnitudeName, in: parameters),
        outputs: placement.outputs,
        scale: placement.scale
      )
    }
  }
}
