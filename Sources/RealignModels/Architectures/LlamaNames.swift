import RealignNumerics

/// Names, shapes and memory order of a Llama-family checkpoint.
///
/// Projections that share an input are neighbours in memory (query, key, value; gate, up), so each
/// group is one matrix product.
enum LlamaNames {
  static let architecture = Architecture(
    modelType: "llama",
    summary: "Llama-family decoders: RMSNorm, rotary positions, grouped queries, SwiGLU",
    layout: layout
  )

  static let embedding = "model.embed_tokens.weight"
  static let finalNorm = "model.norm.weight"
  static let head = "lm_head.weight"

  static func layer(_ index: Int, _ name: String) -> String { "model.layers.\(index).\(name)" }

  /// One projection of a block.
  struct Projection {
    /// PEFT's short name, for example `q_proj`.
    let module: String
    /// Path inside the block, for example `self_attn.q_proj`.
    let path: String
    let inputs: Int
    let outputs: Int
  }

  /// The projections of a block in memory order.
  static func projections(_ c: ModelConfiguration) -> [Projection] {
    func attention(_ name: String, _ inputs: Int, _ outputs: Int) -> Projection {
      Projection(module: name, path: "self_attn." + name, inputs: inputs, outputs: outputs)
    }
    func feedForward(_ name: String, _ inputs: Int, _ outputs: Int) -> Projection {
      Projection(module: name, path: "mlp." + name, inputs: inputs, outputs: outputs)
    }
    return [
      attention("q_proj", c.hiddenSize, c.queryWidth),
      attention("k_proj", c.hiddenSize, c.keyValueWidth),
      attention("v_proj", c.hiddenSize, c.keyValueWidth),
      attention("o_proj", c.queryWidth, c.hiddenSize),
      feedForward("gate_proj", c.hiddenSize, c.intermediateSize),
      feedForward("up_proj", c.hiddenSize, c.intermediateSize),
      feedForward("down_proj", c.intermediateSize, c.hiddenSize),
    ]
  }

  static let fusedAttention = ["q_proj", "k_proj", "v_proj"]
  static let fusedFeedForward = ["gate_proj", "up_proj"]

  static func layout(_ c: ModelConfiguration) -> ParameterLayout {
    var layout = ParameterLayout()
    layout.appendMatrix(embedding, rows: c.vocabularySize, columns: c.hiddenSize)
    let projections = projections(c)
    for index in 0..<c.layerCount {
      func weights(_ modules: [String]) {
        for p in projections where modules.contains(p.module) {
          layout.appendMatrix(
            layer(index, p.path + ".weight"),
            rows: p.outputs,
            columns: p.inputs
          )
        }
      }
      func biases(_ modules: [String], when present: Bool) {
        guard present else { return }
        for p in projections where modules.contains(p.module) {
          layout.appendVector(layer(index, p.path + ".bias"), length: p.outputs)
        }
      }
      layout.appendVector(layer(index, "input_layernorm.weight"), length: c.hiddenSize)
      weights(fusedAttention)
      biases(fusedAttention, when: c.attentionBias)
      weights(["o_proj"])
      biases(["o_proj"], when: c.attentionBias)
      layout.appendVector(layer(index, "post_attention_layernorm.weight"), length: c.hiddenSize)
      weights(fusedFeedForward)
      biases(fusedFeedForward, when: c.feedForwardBias)
      weights(["down_proj"])
      biases(["down_proj"], when: c.feedForwardBias)
    }
    layout.appendVector(finalNorm, length: c.hiddenSize)
    if !c.tiesEmbeddings {
      layout.appendMatrix(head, rows: c.vocabularySize, columns: c.hiddenSize)
    }
    return layout
  }
}
