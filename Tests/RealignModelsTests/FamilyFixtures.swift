import RealignModels
import RealignNumerics
import RealignText
import Testing

/// One decoder of `Goldens/families.json`, with the weights of its formula.
struct Family: Sendable {
  let name: String
  let golden: JSONObject
  let model: LanguageModel

  /// The variants of `Goldens/make_families.py`.
  static let names = [
    "qwen2", "qwen3", "mistral", "mistral-full", "smollm3", "gpt2", "gemma2", "gemma3",
    "llama-linear", "llama-yarn",
  ]

  init(_ name: String) throws {
    self.name = name
    let all = try Fixtures.json("families.json")
    golden = try #require(all[name]?.objectValue)
    let json = try #require(golden["config"]?.objectValue)
    let configuration = try ModelConfiguration(json: json, file: name)
    let model = LanguageModel(randomlyInitialized: configuration, seed: 1)
    let isAroundOne = configuration.modelType.hasPrefix("gemma")
    for entry in model.layout.entries {
      let isNorm = entry.isVector && entry.name.hasSuffix(".weight")
      let offset: Float = isNorm && !isAroundOne ? 1 : 0
      let stored = Tensor(
        Self.formula(entry.name, count: entry.range.count).map { $0 * 0.5 + offset },
        rows: entry.isStoredTransposed ? entry.columns : entry.rows,
        columns: entry.isStoredTransposed ? entry.rows : entry.columns
      )
      let values = entry.isStoredTransposed ? stored.transposed() : stored
      model.parameters.slice(entry.range).copy(from: values.values)
    }
    self.model = model
  }

  /// Numbers in [-1, 1): splitmix64 of the name's FNV-1a hash, 24 bits each.
  static func formula(_ name: String, count: Int) -> [Float] {
    var state: UInt64 = 14_695_981_039_346_656_037
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
    return (0..<count).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      return Float(z >> 40) / Float(1 << 23) - 1
    }
  }

  /// The sequences scored by the other program, and its log-probabilities.
  func scored() throws -> [(sequence: TokenSequence, expected: [Double])] {
    try #require(golden["sequences"]?.arrayValue).map { row in
      let ids = try #require(row.objectValue?["ids"]?.arrayValue).compactMap(\.intValue)
      let expected = try #require(row.objectValue?["logprobs"]?.arrayValue)
      return (
        TokenSequence(ids: ids.map(Int32.init), completionStart: 1),
        expected.compactMap(\.doubleValue)
      )
    }
  }

  /// Token ids, for tests that need no reference.
  static func tokens(_ count: Int, seed: UInt64, vocabulary: Int = 51) -> [Int32] {
    var stream = RandomStream(seed: seed, name: "tokens")
    return (0..<count).map { _ in Int32(2 + stream.uniform(below: vocabulary - 2)) }
  }
}
