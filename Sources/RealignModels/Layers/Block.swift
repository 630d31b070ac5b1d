import RealignNumerics

/// The weights of one Llama block as views of flat parameters, or their gradients.
struct Block {
  let attentionNorm: Tensor
  let attentionInput: Linear  // fused query, key, value
  let attentionOutput: Linear
  let feedForwardNorm: Tensor
  let feedForwardInput: Linear  // fused gate, up
  let feedForwardOutput: Linear

  var linears: [Linear] {
    [attentionInput, attentionOutput, feedForwardInput, feedForwardOutput]
  }

  init(
    layer: Int,
    configuration c: ModelConfiguration,
    layout: ParameterLayout,
    flat: Tensor,
    adapter: Adapter?
  ) {
    func vector(_ name: String) -> Tensor {
      Self.require(layout.view(LlamaNames.layer(layer, name), in: flat), name)
    }
    func linear(_ modules: [String]) -> Linear {
      let projections = modules.compactMap { module in
        LlamaNames.projections(c).first { $0.module == module }
      }
      let weights = projections.map { LlamaNames.layer(layer, $0.path + ".weight") }
      let biases = projections.map { LlamaNames.layer(layer, $0.path + ".bias") }
      return Linear(
        weight: Self.require(layout.stackedView(weights, in: flat), weights[0]),
        bias: layout.stackedView(biases, in: flat),
        adapters: Self.slices(adapter, layer: layer, projections: projections)
      )
    }
    attentionNorm = vector("input_layernorm.weight")
    attentionInput = linear(LlamaNames.fusedAttention)
    attentionOutput = linear(["o_proj"])
    feedForwardNorm = vector("post_attention_layernorm.weight")
    feedForwardInput = linear(LlamaNames.fusedFeedForward)
    feedForwardOutput = linear(["down_proj"])
  }

  private static func require(_ view: Tensor?, _ name: String) -> Tensor {
    guard let view else { preconditionFailure("the layout lacks \(name)") }
    return view
  }

  /// The adapters on the projections of one fused product, in the order of its outputs.
  static func slices(
    _ adapter: Adapter?,
    layer: Int,
    projections: [LlamaNames.Projection]
  ) -> [Linear.LowRankSlice] {
    guard let adapter else { return [] }
    var start = 0
    var slices: [Linear.LowRankSlice] = []
    for projection in projections {
      let name = Adapter.adapterName(layer: layer, projection: projection)
      if let a = adapter.layout.view(name + ".lora_A.weight", in: adapter.parameters),
        let b = adapter.layout.view(name + ".lora_B.weight", in: adapter.parameters)
      {
        slices.append(
          Linear.LowRankSlice(
            a: a,
            b: b,
            outputs: start..<start + projection.outputs,
            scale: adapter.configuration.scale
          )
        )
      }
      start += projection.outputs
    }
    return slices
  }
}

/// Gradients of one block; nil parts are frozen.
struct BlockGradient {
  var attentionNorm: Tensor?
  var attentionInput = Linear.Gradient()
  var attentionOutput = Linear.Gradient()
  var feedForwardNorm: Tensor?
  var feedForwardInput = Linear.Gradient()
  var feedForwardOutput = Linear.Gradient()

  /// Views of flat gradients laid out like the parameters.
  init(layer: Int, model: LanguageModel, base: Tensor?, adapter adapterGradient: Tensor?) {
    if let base {
      let block = Block(
        layer: layer,
        configuration: model.configuration,
        layout: model.layout,
        flat: base,
        adapter: nil
      )
      attentionNorm = block.attentionNorm
      feedForwardNorm = block.feedForwardNorm
      attentionInput.assignBase(block.attentionInput)
      attentionOutput.assignBase(block.attentionOutput)
      feedForwardInput.assignBase(block.feedForwardInput)
      feedForwardOutput.assignBase(block.feedForwardOutput)
    }
    if let adapterGradient, let adapter = model.adapter {
      let shadow = Adapter(
        configuration: adapter.configuration,
        layout: adapter.layout,
        parameters: adapterGradient
      )
      let block = Block(
        layer: layer,
        configuration: model.configuration,
        layout: model.layout,
        flat: model.parameters,
        adapter: shadow
      )
      attentionInput.adapters = block.attentionInput.adapters.map { ($0.a, $0.b) }
      attentionOutput.adapters = block.attentionOutput.adapters.map { ($0.a, $0.b) }
      feedForwardInput.adapters = block.feedForwardInput.adapters.map { ($0.a, $0.b) }
      feedForwardOutput.adapters = block.feedForwardOutput.adapters.map { ($0.a, $0.b) }
    }
  }
}

extension Linear.Gradient {
  fileprivate mutating func assignBase(_ linear: Linear) {
    weight = linear.weight
    bias = linear.bias
  }
}
