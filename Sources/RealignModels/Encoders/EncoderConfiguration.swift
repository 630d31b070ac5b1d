import RealignText

/// The sizes and switches of a BERT encoder (Devlin and others 2019), as read from `config.json`.
public struct EncoderConfiguration: Sendable, Equatable {
  /// What the feed-forward layer applies between its projections.
  public enum Activation: String, Sendable, CaseIterable {
    /// x (1 + erf(x / √2)) / 2.
    case gelu
    /// The form of GELU with a hyperbolic tangent.
    case geluTanh = "gelu_new"
    /// max(x, 0).
    case relu
  }

  /// What the numbers of a classification head are.
  public enum Problem: String, Sendable, CaseIterable {
    /// One value to be predicted, not a probability.
    case regression
    /// One label of several.
    case singleLabel = "single_label_classification"
    /// Any number of labels, each on its own.
    case multiLabel = "multi_label_classification"
  }

  /// The `model_type` of `config.json` that is read.
  public static let modelType = "bert"

  /// Number of rows of the embedding table.
  public var vocabularySize: Int
  /// Width of the hidden states.
  public var hiddenSize: Int
  /// Width of the feed-forward layer.
  public var intermediateSize: Int
  /// Number of blocks.
  public var layerCount: Int
  /// Number of attention heads; divides `hiddenSize`.
  public var headCount: Int
  /// Longest input.
  public var maximumPositions = 512
  /// Number of segment types.
  public var typeCount = 2
  /// Added to the variance before the root.
  public var normEpsilon: Float = 1e-12
  /// What the feed-forward layer applies between its projections.
  public var activation = Activation.gelu
  /// What a classification head distinguishes, in the order of its outputs.
  public var labels = ["LABEL_0", "LABEL_1"]
  /// What the head's numbers are, where the file says so.
  public var problem: Problem?

  /// Creates a configuration.
  public init(
    vocabularySize: Int,
    hiddenSize: Int,
    intermediateSize: Int,
    layerCount: Int,
    headCount: Int
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
  }
}

extension EncoderConfiguration {
  /// Models whose encoder is read; heads other than that of classification are ignored.
  static let architectures = [
    "BertModel", "BertForSequenceClassification", "BertForMaskedLM", "BertForPreTraining",
    "BertForNextSentencePrediction",
  ]

  /// Reads `config.json`; every size is checked before anything is allocated.
  ///
  /// - Parameters:
  ///   - json: The parsed file.
  ///   - file: Its path, for error messages.
  /// - Throws: `InputError` of kind `badData` naming the field, what was found and is accepted.
  public init(json: JSONObject, file: String) throws {
    let reader = ConfigurationReader(json: json, file: file)
    try Self.checkKind(reader)
    let hidden = try reader.size("hidden_size")
    let heads = try reader.size("num_attention_heads")
    guard hidden % heads == 0 else {
      throw reader.error(
        "num_attention_heads",
        found: "\(heads)",
        expected: "a divisor of hidden_size (\(hidden))"
      )
    }
    self.init(
      vocabularySize: try reader.size("vocab_size"),
      hiddenSize: hidden,
      intermediateSize: try reader.size("intermediate_size"),
      layerCount: try reader.size("num_hidden_layers"),
      headCount: heads
    )
    maximumPositions = try reader.optionalSize("max_position_embeddings") ?? 512
    typeCount = try reader.optionalSize("type_vocab_size") ?? 2
    normEpsilon = Float(try reader.number("layer_norm_eps", default: 1e-12))
    activation = try Self.activation(reader)
    labels = try Self.labels(reader)
    problem = try Self.problem(reader)
    try reader.check([
      ("hidden_size", hiddenSize, 65_536), ("num_hidden_layers", layerCount, 1024),
      ("intermediate_size", intermediateSize, 1_048_576),
      ("vocab_size", vocabularySize, 4_194_304), ("num_attention_heads", headCount, 4096),
      ("max_position_embeddings", maximumPositions, 1_048_576),
      ("type_vocab_size", typeCount, 65_536),
    ])
  }

  private static func checkKind(_ reader: ConfigurationReader) throws {
    let found = try reader.string("model_type")
    guard found == modelType else {
      throw InputError(
        .badData,
        "unsupported encoder",
        file: reader.file,
        field: "model_type",
        found: found,
        expected: modelType,
        hint: Architectures.named(found) == nil
          ? "take a BERT checkpoint, such as sentence-transformers/all-MiniLM-L6-v2"
          : "\(found) is a decoder: it generates and scores text"
      )
    }
    try reader.refuseUnsupported()
    try reader.require("is_decoder", is: false)
    try reader.checkActivation("position_embedding_type", is: ["absolute"])
    let names = (reader.json["architectures"]?.arrayValue ?? []).compactMap(\.stringValue)
    guard let other = names.first(where: { !architectures.contains($0) }) else { return }
    throw reader.error(
      "architectures",
      found: other,
      expected: architectures.joined(separator: ", ")
    )
  }

  private static func activation(_ reader: ConfigurationReader) throws -> Activation {
    let name = try reader.optionalString("hidden_act") ?? Activation.gelu.rawValue
    // Two names of the tanh form.
    if name == "gelu_pytorch_tanh" { return .geluTanh }
    guard let activation = Activation(rawValue: name) else {
      throw reader.error(
        "hidden_act",
        found: name,
        expected: Activation.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    return activation
  }

  private static func problem(_ reader: ConfigurationReader) throws -> Problem? {
    guard let name = try reader.optionalString("problem_type") else { return nil }
    guard let problem = Problem(rawValue: name) else {
      throw reader.error(
        "problem_type",
        found: name,
        expected: Problem.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    return problem
  }

  /// The names by index, from `id2label`, else from `label2id`, else as transformers makes them up.
  private static func labels(_ reader: ConfigurationReader) throws -> [String] {
    var names: [Int: String] = [:]
    var field = "id2label"
    if let object = try reader.object("id2label") {
      for (key, value) in object.json.pairs {
        if let index = Int(key), let name = value.stringValue { names[index] = name }
      }
      guard names.count == object.json.count else {
        throw reader.error(field, found: reader.found(field), expected: "names by number")
      }
    } else if let object = try reader.object("label2id") {
      field = "label2id"
      for (name, value) in object.json.pairs {
        if let index = value.intValue { names[index] = name }
      }
    } else {
      return (0..<(try reader.optionalSize("num_labels") ?? 2)).map { "LABEL_\($0)" }
    }
    let ordered = (0..<names.count).compactMap { names[$0] }
    guard ordered.count == names.count, !ordered.isEmpty else {
      throw reader.error(
        field,
        found: reader.found(field),
        expected: "a name for each number from 0"
      )
    }
    return ordered
  }
}

extension ConfigurationReader {
  /// A field as an error shows it.
  fileprivate func found(_ field: String) -> String { json[field]?.serialized() ?? "nothing" }
}
