import RealignNumerics

/// What a family's decoder is made of; one block implementation runs every description.
struct DecoderDescription: Sendable, Equatable {
  /// How rows are normalised.
  enum Normalization: Sendable, Equatable {
    /// x / rms(x) · w (Zhang & Sennrich 2019).
    case rootMeanSquare
    /// x / rms(x) · (1 + w), whose weights rest at zero.
    case rootMeanSquareAroundOne
    /// (x - mean) / deviation · w + b (Ba, Kiros & Hinton 2016).
    case layer
  }

  /// The two halves of a feed-forward layer meet in one of these.
  enum FeedForward: Sendable, Equatable {
    /// silu(gate) · up (Shazeer 2020).
    case swiGLU
    /// gelu(gate) · up (Shazeer 2020).
    case geGLU
    /// gelu(x) (Hendrycks & Gimpel 2016).
    case gelu

    /// Projections side by side in front of the activation.
    var inputCount: Int { self == .gelu ? 1 : 2 }
  }

  /// Which projections carry biases.
  struct Biases: Sendable, Equatable {
    var attentionInput = false
    var attentionOutput = false
    var feedForward = false
  }

  /// Base and scaling of rotary frequencies.
  struct Rotation: Sendable, Equatable {
    var theta: Double
    var scaling: RotaryScaling?
  }

  /// What may differ from block to block.
  struct Layer: Sendable, Equatable {
    /// Scale, window and bound of the scores.
    var attention = AttentionOptions()
    /// How queries and keys are rotated; nil where they are not.
    var rotation: Rotation?
  }

  var names = DecoderNames()
  var normalization = Normalization.rootMeanSquare
  var feedForward = FeedForward.swiGLU
  var biases = Biases()
  /// Whether each head of queries and keys is normalised before rotation.
  var normalizesHeads = false
  /// Whether attention and feed-forward are normalised before they join the residual stream.
  var normalizesOutputs = false
  /// Factor of the embeddings.
  var embeddingScale: Float?
  /// Bound of the logits.
  var finalSoftCap: Float?
  /// One for each block.
  var layers: [Layer]
}

extension DecoderDescription {
  /// Blocks that all attend and rotate as the configuration says; windows where it says.
  static func layers(_ c: ModelConfiguration, scale: Float? = nil) -> [Layer] {
    (0..<c.layerCount).map { index in
      let slides = index < c.slidingLayers.count && c.slidingLayers[index]
      let rotates = index >= c.rotaryLayers.count || c.rotaryLayers[index]
      return Layer(
        attention: AttentionOptions(
          scale: scale,
          window: slides ? c.slidingWindow : nil,
          softCap: c.attentionSoftCap
        ),
        rotation: rotates ? Rotation(theta: c.ropeTheta, scaling: c.ropeScaling) : nil
      )
    }
  }

  /// One projection of a block.
  struct Projection {
    /// PEFT's short name, for example `q_proj`.
    let module: String
    /// Path inside the block, for example `self_attn.q_proj`.
    let path: String
    let inputs: Int
    let outputs: Int

    init(path: String, inputs: Int, outputs: Int) {
      module = path.split(separator: ".").last.map(String.init) ?? path
      self.path = path
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// The projections of a block in memory order, those that share an input together.
  func projections(_ c: ModelConfiguration) -> [[Projection]] {
    let attention =
      names.attentionInput.count == 1
      ? [c.attentionWidth] : [c.queryWidth, c.keyValueWidth, c.keyValueWidth]
    return [
      zip(names.attentionInput, attention).map {
        Projection(path: $0, inputs: c.hiddenSize, outputs: $1)
      },
      [Projection(path: names.attentionOutput, inputs: c.queryWidth, outputs: c.hiddenSize)],
      names.feedForwardInput.map {
        Projection(path: $0, inputs: c.hiddenSize, outputs: c.intermediateSize)
      },
      [
        Projection(
          path: names.feedForwardOutput,
          inputs: c.intermediateSize,
          outputs: c.hiddenSize
        )
      ],
    ]
  }

  /// The matrices of the projections of every block, one beneath the other.
  func blockMatrices(_ c: ModelConfiguration) -> [ParameterLayout] {
    (0..<c.layerCount).map { layer in
      var layout = ParameterLayout()
      for projection in projections(c).joined() {
        layout.appendMatrix(
          names.block(layer, projection.path + ".weight"),
          rows: projection.outputs,
          columns: projection.inputs
        )
      }
      return layout
    }
  }

  /// Short names of all projections, each once.
  func modules(_ c: ModelConfiguration) -> [String] {
    var found: [String] = []
    for projection in projections(c).joined() where !found.contains(projection.module) {
      found.append(projection.module)
    }
    return found
  }

  /// Width of the feed-forward activation's input.
  func feedForwardWidth(_ c: ModelConfiguration) -> Int {
    feedForward.inputCount * c.intermediateSize
  }
}

extension DecoderDescription {
  /// Names, shapes and memory order of the parameters.
  ///
  /// Projections that share an input are neighbours in memory (query, key, value; gate, up), so
  /// each group is one matrix product.
  func layout(_ c: ModelConfiguration) -> ParameterLayout {
    var layout = ParameterLayout()
    layout.appendMatrix(names.embedding, rows: c.vocabularySize, columns: c.hiddenSize)
    if let positions = names.positions {
      layout.appendMatrix(positions, rows: c.maximumPositions, columns: c.hiddenSize)
    }
    let groups = projections(c)
    for index in 0..<c.layerCount {
      func name(_ part: String) -> String { names.block(index, part) }
      append(name(names.attentionNorm), length: c.hiddenSize, to: &layout)
      append(groups[0], name, bias: biases.attentionInput, to: &layout)
      if normalizesHeads {
        append(name(names.queryNorm), length: c.headDimension, to: &layout)
        append(name(names.keyNorm), length: c.headDimension, to: &layout)
      }
      append(groups[1], name, bias: biases.attentionOutput, to: &layout)
      if normalizesOutputs {
        append(name(names.attentionOutputNorm), length: c.hiddenSize, to: &layout)
      }
      append(name(names.feedForwardNorm), length: c.hiddenSize, to: &layout)
      append(groups[2], name, bias: biases.feedForward, to: &layout)
      append(groups[3], name, bias: biases.feedForward, to: &layout)
      if normalizesOutputs {
        append(name(names.feedForwardOutputNorm), length: c.hiddenSize, to: &layout)
      }
    }
    append(names.finalNorm, length: c.hiddenSize, to: &layout)
    if !c.tiesEmbeddings {
      layout.appendMatrix(names.head, rows: c.vocabularySize, columns: c.hiddenSize)
    }
    return layout
  }

  private func append(_ norm: String, length: Int, to layout: inout ParameterLayout) {
    layout.appendVector(norm + ".weight", length: length)
    if normalization == .layer { layout.appendVector(norm + ".bias", length: length) }
  }

  private func append(
    _ projections: [Projection],
    _ name: (String) -> String,
    bias: Bool,
    to layout: inout ParameterLayout
  ) {
    for p in projections {
      layout.appendMatrix(
        name(p.path + ".weight"),
        rows: p.outputs,
        columns: p.inputs,
        isStoredTransposed: names.storesTransposed
      )
    }
    guard bias else { return }
    for p in projections { layout.appendVector(name(p.path + ".bias"), length: p.outputs) }
  }
}
