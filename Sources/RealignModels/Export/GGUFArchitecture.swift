import RealignNumerics
import RealignText

/// What llama.cpp makes of a family of models.
///
/// The names are those of its converter from transformers; adding a family is one line.
struct GGUFArchitecture: Sendable {
  /// The name of llama.cpp, also the prefix of the family's keys.
  let name: String
  /// Whether rotation takes neighbouring elements of a head rather than its two halves.
  let rotatesNeighbours: Bool
  /// Whether it takes factors of the rotary frequencies, which Llama 3 needs.
  let takesFrequencyFactors: Bool
  /// Tensors of a block that may have a bias.
  let biases: Set<String>

  /// The families that can be exported, by `model_type`.
  static let all: KeyValuePairs<String, GGUFArchitecture> = [
    "llama": llama,
    "mistral": llama,
    "qwen2": GGUFArchitecture(
      name: "qwen2",
      rotatesNeighbours: false,
      takesFrequencyFactors: false,
      biases: ["attn_q", "attn_k", "attn_v"]
    ),
    "qwen3": GGUFArchitecture(
      name: "qwen3",
      rotatesNeighbours: false,
      takesFrequencyFactors: false,
      biases: []
    ),
  ]

  private static let llama = GGUFArchitecture(
    name: "llama",
    rotatesNeighbours: true,
    takesFrequencyFactors: true,
    biases: [
      "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down",
    ]
  )

  /// The architecture of a configuration.
  ///
  /// - Throws: `InputError` of kind `badData` that names the field llama.cpp cannot follow.
  static func of(_ c: ModelConfiguration) throws -> GGUFArchitecture {
    guard let found = all.first(where: { $0.key == c.modelType })?.value else {
      throw refusal(
        "model_type",
        found: c.modelType,
        expected: all.map(\.key).joined(separator: ", ")
      )
    }
    try found.check(c.ropeScaling)
    return found
  }

  private func check(_ scaling: RotaryScaling?) throws {
    switch scaling {
    case nil, .linear: return
    case .llama3:
      guard takesFrequencyFactors else {
        throw Self.refusal("rope_type", found: "llama3 in a \(name)", expected: "default or yarn")
      }
    case .yarn(let factor, _, _, _, let roundsBounds, let amplitude):
      guard roundsBounds else {
        throw Self.refusal("truncate", found: "false", expected: "true")
      }
      let expected = GGUFMetadata.yarnAmplitude(factor: factor)
      guard abs(amplitude - expected) < 1e-6 else {
        throw Self.refusal("attention_factor", found: "\(amplitude)", expected: "\(expected)")
      }
    }
  }

  /// An error that names what cannot be exported.
  static func refusal(
    _ field: String,
    found: String,
    expected: String,
    hint: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      "llama.cpp cannot run this model as it is",
      field: field,
      found: found,
      expected: expected,
      hint: hint
    )
  }
}

extension GGUFArchitecture {
  private static let ends: KeyValuePairs<String, String> = [
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
  ]

  private static let parts: KeyValuePairs<String, String> = [
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
  ]

  /// The name in the file of a checkpoint's tensor.
  ///
  /// - Throws: `InputError` of kind `badData` when llama.cpp has no such tensor.
  func tensorName(_ name: String) throws -> String {
    if let end = Self.ends.first(where: { $0.key == name }) { return end.value }
    let pieces = name.split(separator: ".").map(String.init)
    guard pieces.count >= 5, pieces[0] == "model", pieces[1] == "layers",
      let layer = Int(pieces[2]), let kind = pieces.last, ["weight", "bias"].contains(kind),
      let part = Self.parts.first(where: {
        $0.key == pieces[3..<pieces.count - 1].joined(separator: ".")
      })?
      .value,
      kind == "weight" || biases.contains(part)
    else {
      let allowed = biases.isEmpty ? "none" : "those of " + biases.sorted().joined(separator: ", ")
      throw Self.refusal(
        name,
        found: "a tensor that its \(self.name) lacks",
        expected: "the weights of a \(self.name); as biases \(allowed)"
      )
    }
    return "blk.\(layer).\(part).\(kind)"
  }

  /// How many heads a tensor of queries or keys has that must be reordered; nil for the others.
  func reorderedHeads(_ name: String, _ c: ModelConfiguration) -> Int? {
    guard rotatesNeighbours else { return nil }
    if name.contains(".attn_q.") { return c.headCount }
    if name.contains(".attn_k.") { return c.keyValueHeadCount }
    return nil
  }

  /// Rows (of a vector: elements) so ordered that what rotation joins are neighbours.
  ///
  /// Element i of the first half of a head and of the second half, which Llama checkpoints rotate
  /// together, become elements 2i and 2i + 1, the order of Su et al. 2021, equation 34.
  static func interleaved(_ values: Tensor, heads: Int) -> Tensor {
    precondition(values.rows % (2 * heads) == 0, "\(values.rows) rows for \(heads) heads")
    let result = Tensor(rows: values.rows, columns: values.columns)
    let width = values.rows / heads
    for row in 0..<values.rows {
      let (head, place) = row.quotientAndRemainder(dividingBy: width)
      let source = head * width + place % 2 * (width / 2) + place / 2
      result.rows(row..<row + 1).copy(from: values.rows(source..<source + 1))
    }
    return result
  }
}
