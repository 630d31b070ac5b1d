import Foundation
import RealignModels
import RealignNumerics
import RealignText
import Testing

@Suite("GGUF export")
struct GGUFExportTests {
  private typealias Fixture = ExportFixtures

  private func values(_ model: LanguageModel, _ name: String) throws -> Tensor {
    try #require(model.layout.view(name, in: model.parameters))
  }

  private func refusal(_ body: () throws -> Void) throws -> InputError {
    let error = #expect(throws: InputError.self) { try body() }
    let found = try #require(error)
    #expect(found.kind == .badData)
    return found
  }

  @Test("a tied llama has llama.cpp's names, and no output of its own")
  func names() throws {
    let model = Fixture.model(Fixture.configuration())
    let (content, summary) = try Fixture.export(model)
    let parts = [
      "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up",
      "ffn_down",
    ]
    let blocks = (0..<2).flatMap { layer in parts.map { "blk.\(layer).\($0).weight" } }
    #expect(
      Set(content.tensors.map(\.name)) == Set(blocks + ["token_embd.weight", "output_norm.weight"])
    )
    #expect(summary.tensorCount == 20)
    #expect(summary.notes.isEmpty)
    #expect(content.tensors.allSatisfy { ($0.type == 0) == ($0.dimensions.count == 1) })
    #expect(try content.tensor("blk.1.ffn_down.weight").dimensions == [64, 32])
  }

  @Test("an untied head is written beside the embeddings")
  func untied() throws {
    var c = Fixture.configuration()
    c.tiesEmbeddings = false
    let model = Fixture.model(c)
    let content = try Fixture.export(model, type: .bf16).content
    let head = try values(model, "lm_head.weight")
    #expect(try content.tensor("output.weight").bytes == [UInt8](head.encoded(.bfloat16)))
  }

  @Test("vectors stay single precision, matrices are encoded row by row")
  func encodings() throws {
    let model = Fixture.model(Fixture.configuration())
    let down = try values(model, "model.layers.1.mlp.down_proj.weight")
    let norm = try values(model, "model.layers.1.input_layernorm.weight")
    for type in GGUFTensorType.choices {
      let content = try Fixture.export(model, type: type).content
      let matrix = try content.tensor("blk.1.ffn_down.weight")
      #expect(matrix.type == type.rawValue)
      #expect(matrix.bytes == [UInt8](down.encoded(type.encoding)))
      #expect(
        try content.tensor("blk.1.attn_norm.weight").bytes == [UInt8](norm.littleEndianData())
      )
    }
  }

  @Test("queries and keys of a llama give the same scores when neighbours are rotated")
  func rotation() throws {
    // Multiples of 1/64, which F16 keeps exactly, so that only the order matters.
    let model = Fixture.model(Fixture.configuration())
    model.parameters.copy(from: model.parameters.values.map { ($0 * 64).rounded() / 64 })
    let content = try Fixture.export(model).content
    let input = (0..<32).map { Double($0 % 5) - 2 }
    func projected(_ rows: (Int, Int) -> Double, _ count: Int) -> [Double] {
      (0..<count).map { row in (0..<32).reduce(0) { $0 + rows(row, $1) * input[$1] } }
    }
    func original(_ name: String, _ count: Int) throws -> [Double] {
      let weights = try values(model, "model.layers.0.self_attn.\(name).weight")
      return projected({ Double(weights[$0, $1]) }, count)
    }
    func exported(_ name: String, _ count: Int) throws -> [Double] {
      let halves = Data(try content.tensor("blk.0.\(name).weight").bytes)
      let weights = Tensor(rows: count, columns: 32)
      weights.load(halves, byteRange: 0..<halves.count, type: .f16)
      return projected({ Double(weights[$0, $1]) }, count)
    }
    /// Rotates each head of width 8: neighbours, or elements of its two halves.
    func rotated(_ x: [Double], _ position: Double, neighbours: Bool) -> [Double] {
      var y = x
      for head in 0..<x.count / 8 {
        for i in 0..<4 {
          let a = 8 * head + (neighbours ? 2 * i : i)
          let b = neighbours ? a + 1 : a + 4
          let angle = position * pow(10_000, -Double(i) / 4)
          y[a] = x[a] * cos(angle) - x[b] * sin(angle)
          y[b] = x[b] * cos(angle) + x[a] * sin(angle)
        }
      }
      return y
    }
    func scores(_ q: [Double], _ k: [Double], neighbours: Bool) -> [Double] {
      let query = rotated(q, 5, neighbours: neighbours)
      let key = rotated(k, 2, neighbours: neighbours)
      var result = [Double](repeating: 0, count: 4)
      for i in 0..<32 { result[i / 8] += query[i] * key[i / 16 * 8 + i % 8] }
      return result
    }
    let (query, key) = (try original("q_proj", 32), try original("k_proj", 16))
    let before = scores(query, key, neighbours: false)
    let after = scores(try exported("attn_q", 32), try exported("attn_k", 16), neighbours: true)
    let unordered = scores(query, key, neighbours: true)
    // The same products in another order, so double rounding only.
    for (a, b) in zip(before, after) { #expect(abs(a - b) < 1e-9 * max(1, abs(a))) }
    #expect(zip(before, unordered).contains { abs($0 - $1) > 0.1 })
    let plain = try values(model, "model.layers.0.self_attn.v_proj.weight")
    #expect(try content.tensor("blk.0.attn_v.weight").bytes == [UInt8](plain.encoded(.float16)))
  }

  @Test("biases of queries are ordered as their rows, those of a qwen2 are not")
  func biases() throws {
    var c = Fixture.configuration()
    c.attentionBias = true
    let llama = Fixture.model(c)
    let bias = try values(llama, "model.layers.0.self_attn.q_proj.bias").values
    // Within a head of 8: 0 4 1 5 2 6 3 7.
    let order = (0..<32).map { $0 / 8 * 8 + $0 % 2 * 4 + $0 % 8 / 2 }
    let ordered = Tensor(order.map { bias[$0] }, rows: 1, columns: 32)
    #expect(
      try Fixture.export(llama).content.tensor("blk.0.attn_q.bias").bytes
        == [UInt8](ordered.littleEndianData())
    )
    let qwen = Fixture.model(Fixture.configuration("qwen2"))
    let content = try Fixture.export(qwen).content
    for (name, part) in [("q_proj", "attn_q"), ("k_proj", "attn_k"), ("v_proj", "attn_v")] {
      let plain = try values(qwen, "model.layers.1.self_attn.\(name).bias")
      #expect(
        try content.tensor("blk.1.\(part).bias").bytes == [UInt8](plain.littleEndianData())
      )
      let weight = try values(qwen, "model.layers.1.self_attn.\(name).weight")
      #expect(
        try content.tensor("blk.1.\(part).weight").bytes == [UInt8](weight.encoded(.float16))
      )
    }
  }

  @Test("a qwen3 has norms of heads, in single precision")
  func headNorms() throws {
    let model = Fixture.model(Fixture.configuration("qwen3"))
    let content = try Fixture.export(model, type: .q8_0).content
    let norm = try values(model, "model.layers.1.self_attn.k_norm.weight")
    #expect(
      try content.tensor("blk.1.attn_k_norm.weight").bytes == [UInt8](norm.littleEndianData())
    )
    #expect(content.metadata["general.architecture"] == .string("qwen3"))
  }

  @Test("the keys say what config.json says")
  func keys() throws {
    var c = Fixture.configuration("mistral")
    c.normEpsilon = 1e-5
    c.ropeTheta = 50_000
    c.ropeScaling = .linear(factor: 4)
    c.slidingWindow = 16
    c.slidingLayers = [true, true]
    let (content, summary) = try Fixture.export(Fixture.model(c), type: .q8_0)
    let expected: KeyValuePairs<String, GGUFValue> = [
      "general.architecture": .string("llama"),
      "general.type": .string("model"),
      "general.name": .string("tiny"),
      "general.file_type": .uint32(7),
      "general.quantization_version": .uint32(2),
      "general.alignment": .uint32(32),
      "llama.vocab_size": .uint32(293),
      "llama.context_length": .uint32(128),
      "llama.embedding_length": .uint32(32),
      "llama.block_count": .uint32(2),
      "llama.feed_forward_length": .uint32(64),
      "llama.attention.head_count": .uint32(4),
      "llama.attention.head_count_kv": .uint32(2),
      "llama.attention.key_length": .uint32(8),
      "llama.attention.value_length": .uint32(8),
      "llama.attention.layer_norm_rms_epsilon": .float32(1e-5),
      "llama.rope.dimension_count": .uint32(8),
      "llama.rope.freq_base": .float32(50_000),
      "llama.rope.scaling.type": .string("linear"),
      "llama.rope.scaling.factor": .float32(4),
    ]
    for (key, value) in expected { #expect(content.metadata[key] == value, "\(key)") }
    #expect(summary.notes.count == 1)
    #expect(summary.notes.first?.contains("within 16 tokens") ?? false)
  }

  @Test("Llama 3's scaling is a tensor of divisors")
  func divisors() throws {
    var c = Fixture.configuration()
    c.ropeTheta = 100
    c.ropeScaling = .llama3(
      factor: 8,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalMaximumPositions: 64
    )
    let tensor = try Fixture.export(Fixture.model(c)).content.tensor("rope_freqs.weight")
    #expect(tensor.type == 0)
    #expect(tensor.dimensions == [4])
    let found = Tensor(rows: 1, columns: 4)
    found.load(littleEndianFloat32: Data(tensor.bytes))
    // Frequencies 1, 0.316, 0.1, 0.0316 turn 10.2, 3.22, 1.02 and 0.32 times in 64 positions: kept,
    // between twice, divided. Between, the divisor is 1 / ((1 - s) / 8 + s) of s = (turns - 1) / 3.
    #expect(found[0, 0] == 1)
    #expect(abs(found[0, 1] - 1.293976) < 1e-4)
    #expect(abs(found[0, 2] - 7.667385) < 1e-4)
    #expect(found[0, 3] == 8)
    let error = try refusal {
      c.modelType = "qwen2"
      _ = try Fixture.export(Fixture.model(c))
    }
    #expect(error.field == "rope_type")
  }

  @Test("q8_0 leaves rows that are no multiples of 32 long as f16 and says so")
  func unevenRows() throws {
    var c = Fixture.configuration()
    c.intermediateSize = 40
    let (content, summary) = try Fixture.export(Fixture.model(c), type: .q8_0)
    #expect(try content.tensor("blk.0.ffn_down.weight").type == 1)
    #expect(try content.tensor("blk.0.ffn_up.weight").type == 8)
    #expect(summary.notes.count == 1)
    #expect(summary.notes.first?.contains("blk.0.ffn_down.weight (40)") ?? false)
  }

  @Test("what llama.cpp lacks is refused by name, with what it has")
  func refusals() throws {
    var c = Fixture.configuration("smollm3")
    var error = try refusal { _ = try Fixture.export(Fixture.model(c)) }
    #expect(error.found == "smollm3")
    #expect(error.expected == "llama, mistral, qwen2, qwen3")
    c = Fixture.configuration("qwen3")
    c.attentionBias = true
    error = try refusal { _ = try Fixture.export(Fixture.model(c)) }
    #expect(error.field == "model.layers.0.self_attn.q_proj.bias")
    c = Fixture.configuration()
    c.ropeScaling = .yarn(
      factor: 4,
      originalMaximumPositions: 32,
      fastTurns: 32,
      slowTurns: 1,
      roundsBounds: true,
      amplitude: 1
    )
    error = try refusal { _ = try Fixture.export(Fixture.model(c)) }
    #expect(error.field == "attention_factor")
  }

  @Test("weights beyond a type's range are refused by name")
  func overflow() throws {
    let model = Fixture.model(Fixture.configuration())
    try values(model, "model.layers.1.mlp.up_proj.weight")[3, 4] = 70_000
    let error = try refusal { _ = try Fixture.export(model) }
    #expect(error.field == "model.layers.1.mlp.up_proj.weight")
    #expect(error.found == "70000.0")
    #expect(try Fixture.export(model, type: .bf16).summary.tensorCount == 20)
  }

  @Test("an adapter is merged into what is written")
  func adapter() throws {
    let plain = Fixture.model(Fixture.configuration())
    var adapted = plain
    let adapter = Adapter(
      AdapterConfiguration(rank: 2, alpha: 4),
      for: plain,
      seed: 1
    )
    adapter.parameters.copy(from: (0..<adapter.layout.count).map { Float($0 % 7) / 10 })
    adapted.adapter = adapter
    let expected = try Fixture.export(adapted.merged()).content.tensors
    #expect(try Fixture.export(adapted).content.tensors == expected)
    #expect(try Fixture.export(plain).content.tensors != expected)
  }
}
