import RealignNumerics

/// The weights of one block as views of flat parameters, or their gradients.
struct Block {
  let attentionNorm: Norm
  private(set) var attentionInput: Linear  // fused query, key, value
  let headNorms: HeadNorms?
  private(set) var attentionOutput: Linear
  let attentionOutputNorm: Norm?
  let feedForwardNorm: Norm
  private(set) var feedForwardInput: Linear  // fused gate, up
  private(set) var feedForwardOutput: Linear
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
    func norm(_ part: String) -> Norm? {
      let name = names.block(layer, part)
      return adapter?.norm(name, decoder: decoder, epsilon: c.normEpsilon)
        ?? Norm(name, decoder: decoder, epsilon: c.normEpsilon, weights: weights)
    }
    let linears = decoder.projections(c).enumerated().map { index, group in
      let matrices = group.map { names.block(layer, $0.path + ".weight") }
      let biases = group.map { names.block(layer, $0.path + ".bias") }
      return Linear(
        weight: Self.require(weights.stacked(matrices), matrices[0]),
        bias: weights.vector(biases),
        adapters: adapter?.slices(layer: layer, group: index) ?? []
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

  /// The same with the norms of all decomposed weights computed once.
  func fixingNorms() -> Block {
    var result = self
    result.attentionInput = attentionInput.fixingNorms()
    result.attentionOutput = attentionOutput.fixingNorms()
    result.feedForwardInput = feedForwardInput.fixingNorms()
    result.feedForwardOutput = feedForwardOutput.fixingNorms()
    return result
  }
}

/// Gradients of one block; nil parts are frozen.
struct BlockGradient {
  var attentionNorm: Norm?
  var attentionInput = Linear.Gradient()
  var headNorms = HeadNorms.Gradient()
  var attentionOutput = Linear.Gradient()
  var attentionOutputNorm: Norm?
  var feedForwardNorm: Norm?
  var feedForwardInput = Linear.Gradient()
  var feedForwardOutput = Linear.Gradient()
  var feedForwardOutputNorm: Norm?

  /// Views of flat gradients laid out like the parameters.
  init(layer: Int, model: LanguageModel, base: Tensor?, adapter gradient: Tensor?) {
    if let base {
      let block = Block(
        layer: layer,
        configuration: model.configuration,
        decoder: model.decoder,
        weights: BaseWeights(layout: model.layout, values: base),
        adapter: nil
      )
      attentionNorm = block.attentionNorm
      headNorms = HeadNorms.Gradient(query: block.headNorms?.query, key: block.headNorms?.key)
      attentionOutputNorm = block.attentionOutputNorm
      feedForwardNorm = block.feedForwardNorm
      feedForwardOutputNorm = block.feedForwardOutputNorm
      attentionInput.assignBase(block.attentionInput)
      attentionOutput.assignBase(block.attentionOutput)
      feedForwardInput.assignBase(block.feedForwardInput)
      feedForwardOutput.assignBase(block.feedForwardOutput)
    }
    if let gradient, let adapter = model.adapter {
      assign(adapter.over(gradient), layer: layer, model: model)
    }
  }

  /// The parts of an adapter's gradient: low-rank matrices and full copies of norms.
  private mutating func assign(_ adapter: Adapter, layer: Int, model: LanguageModel) {
    let names = model.decoder.names
    func norm(_ part: String) -> Norm? {
      adapter.norm(
        names.block(layer, part),
        decoder: model.decoder,
        epsilon: model.configuration.normEpsilon
      )
    }
    attentionNorm = norm(names.attentionNorm)
    headNorms = HeadNorms.Gradient(query: norm(names.queryNorm), key: norm(names.keyNorm))
    feedForwardNorm = norm(names.feedForwardNorm)
    if model.decoder.normalizesOutputs {
      attentionOutputNorm = norm(names.attentionOutputNorm)
      feedForwardOutputNorm = norm(names.feedForwardOutputNorm)
    }
    attentionInput.assign(adapter.slices(layer: layer, group: 0))
    attentionOutput.assign(adapter.slices(layer: layer, group: 1))
    feedForwardInput.assign(adapter.slices(layer: layer, group: 2))
    feedForwardOutput.assign(adapter.slices(layer: layer, group: 3))
  }
}

extension Linear.Gradient {
  fileprivate mutating func assignBase(_ linear: Linear) {
    // Gradients are always in single precision.
    if case .single(let gradient) = linear.weight { weight = gradient }
    bias = linear.bias
  }

  fileprivate mutating func assign(_ slices: [Linear.LowRankSlice]) {
    adapters = slices.map {
      Linear.LowRankGradient(a: $0.a, b: $0.b, magnitude: $0.magnitude)
    }
  }
}
