import RealignNumerics

/// The weights of one block as views of flat parameters, or their gradients.
struct Block {
  let attentionNorm: Norm
  let attentionInput: Linear  // fused query, key, value
  let headNorms: HeadNorms?
  let attentionOutput: Linear
  let attentionOutputNorm: Norm?
  let feedForwardNorm: Norm
  let feedForwardInput: Linear  // fused gate, up
  let feedForwardOutput: Linear
  let feedForwardOutputNorm: Norm?

  var linears: [Linear] {
    [attentionInput, attentionOutput, feedForwardInput, feedForwardOutput]
  }

  init(
    layer: Int,
    configuration c: ModelConfiguration,
    decoder: DecoderDescription,
    weights: BaseWeights,
    adapter: Adapter?
  ) {
    let names = decoder.names
    func norm(_ name: String) -> Norm? {
      Norm(
        names.block(layer, name),
        decoder: decoder,
        epsilon: c.normEpsilon,
        weights: weights
      )
    }
    let linears = decoder.projections(c).map { group in
      let matrices = group.map { names.block(layer, $0.path + ".weight") }
      let biases = group.map { names.block(layer, $0.path + ".bias") }
      return Linear(
        weight: Self.require(weights.stacked(matrices), matrices[0]),
        bias: weights.vector(biases),
        adapters: Self.slices(adapter, layer: layer, decoder: decoder, projections: group)
      )
    }
    attentionNorm = Self.require(norm(names.attentionNorm), names.attentionNorm)
    attentionInput = linears[0]
    headNorms =
      decoder.normalizesHeads
      ? HeadNorms(
        query: Self.require(norm(names.queryNorm), names.queryNorm),
        key: Self.require(norm(names.keyNorm), names.keyNorm)
      ) : nil
    attentionOutput = linears[1]
    attentionOutputNorm = decoder.normalizesOutputs ? norm(names.attentionOutputNorm) : nil
    feedForwardNorm = Self.require(norm(names.feedForwardNorm), names.feedForwardNorm)
    feedForwardInput = linears[2]
    feedForwardOutput = linears[3]
    feedForwardOutputNorm = decoder.normalizesOutputs ? norm(names.feedForwardOutputNorm) : nil
  }

  private static func require<Part>(_ part: Part?, _ name: String) -> Part {
    guard let part else { preconditionFailure("the layout lacks \(name)") }
    return part
  }

  /// The adapters on the projections of one fused product, in the order of its outputs.
  static func slices(
    _ adapter: Adapter?,
    layer: Int,
    decoder: DecoderDescription,
    projections: [DecoderDescription.Projection]
  ) -> [Linear.LowRankSlice] {
    guard let adapter else { return [] }
    var start = 0
    var slices: [Linear.LowRankSlice] = []
    for projection in projections {
      let name = Adapter.adapterName(layer: layer, projection: projection, names: decoder.names)
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
  var attentionNorm: Norm?
  var attentionInput = Linear.Gradient()
  var headNorms: HeadNorms?
  var attentionOutput = Linear.Gradient()
  var attentionOutputNorm: Norm?
  var feedForwardNorm: Norm?
  var feedForwardInput = Linear.Gradient()
  var feedForwardOutput = Linear.Gradient()
  var feedForwardOutputNorm: Norm?

  /// Views of flat gradients laid out like the parameters.
  init(layer: Int, model: LanguageModel, base: Tensor?, adapter adapterGradient: Tensor?) {
    func block(_ weights: BaseWeights, _ adapter: Adapter?) -> Block {
      Block(
        layer: layer,
        configuration: model.configuration,
        decoder: model.decoder,
        weights: weights,
        adapter: adapter
      )
    }
    if let base {
      let block = block(BaseWeights(layout: model.layout, values: base), nil)
      attentionNorm = block.attentionNorm
      headNorms = block.headNorms
      attentionOutputNorm = block.attentionOutputNorm
      feedForwardNorm = block.feedForwardNorm
      feedForwardOutputNorm = block.feedForwardOutputNorm
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
      let block = block(model.weights, shadow)
      attentionInput.adapters = block.attentionInput.adapters.map { ($0.a, $0.b) }
      attentionOutput.adapters = block.attentionOutput.adapters.map { ($0.a, $0.b) }
      feedForwardInput.adapters = block.feedForwardInput.adapters.map { ($0.a, $0.b) }
      feedForwardOutput.adapters = block.feedForwardOutput.adapters.map { ($0.a, $0.b) }
    }
  }
}

extension Linear.Gradient {
  fileprivate mutating func assignBase(_ linear: Linear) {
    // Gradients are always in single precision.
    if case .single(let gradient) = linear.weight { weight = gradient }
    bias = linear.bias
  }
}
