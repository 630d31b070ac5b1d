/// What a family calls its parameters in a checkpoint.
///
/// The defaults are the names of Llama, which most families share.
struct DecoderNames: Sendable, Equatable {
  var embedding = "model.embed_tokens.weight"
  /// The table of learnt positions, where there is one.
  var positions: String?
  var finalNorm = "model.norm"
  var head = "lm_head.weight"
  /// What comes before a block's number.
  var blocks = "model.layers."
  var attentionNorm = "input_layernorm"
  var queryNorm = "self_attn.q_norm"
  var keyNorm = "self_attn.k_norm"
  var attentionInput = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]
  var attentionOutput = "self_attn.o_proj"
  var attentionOutputNorm = "post_attention_layernorm"
  var feedForwardNorm = "post_attention_layernorm"
  var feedForwardInput = ["mlp.gate_proj", "mlp.up_proj"]
  var feedForwardOutput = "mlp.down_proj"
  var feedForwardOutputNorm = "post_feedforward_layernorm"
  /// Whether projections are stored as (in, out).
  var storesTransposed = false
  /// A prefix that some files leave out.
  var optionalPrefix: String?
  /// Endings of tensors that are constants of the code, not parameters.
  var bufferSuffixes = ["rotary_emb.inv_freq"]

  /// The full name of a part of a block.
  func block(_ index: Int, _ name: String) -> String { blocks + "\(index)." + name }

  /// The name in the layout of a tensor of a file.
  func canonical(_ name: String) -> String {
    guard let optionalPrefix, !name.hasPrefix(optionalPrefix), name != head else { return name }
    return optionalPrefix + name
  }

  /// Whether a tensor of a file is no parameter.
  func isBuffer(_ name: String) -> Bool { bufferSuffixes.contains(where: name.hasSuffix) }

  /// Whether a matrix projects back into the residual stream.
  func entersResidual(_ name: String) -> Bool {
    name.hasSuffix(attentionOutput + ".weight") || name.hasSuffix(feedForwardOutput + ".weight")
  }
}
