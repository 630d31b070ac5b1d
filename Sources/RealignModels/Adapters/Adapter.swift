import RealignNumerics
import RealignText

/// How low-rank adapters are shaped and placed (PEFT's names and meanings).
public struct AdapterConfiguration: Sendable, Equatable {
  /// Rank of the update.
  public var rank: Int
  /// Numerator of the scale.
  public var alpha: Double
  /// Probability that an input of an adapter is dropped in training.
  public var dropout: Double
  /// Whether the scale is α/√r (rank-stabilised) instead of α/r.
  public var usesRankStabilizedScale: Bool
  /// Projections that get an adapter, for example `q_proj`.
  public var targetModules: [String]

  /// All projections of a block under Llama's names, which most families share.
  ///
  /// For a family with other names this list stands for all projections of that family.
  public static let allLinear = [
    "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
  ]

  /// The projections of all families, in the order of a block.
  static let knownModules = allLinear + ["c_attn", "c_proj", "c_fc"]

  /// Creates a configuration; the default targets every projection of the blocks.
  public init(
    rank: Int = 16,
    alpha: Double = 32,
    dropout: Double = 0,
    usesRankStabilizedScale: Bool = false,
    targetModules: [String] = Self.allLinear
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.usesRankStabilizedScale = usesRankStabilizedScale
    self.targetModules = targetModules
  }

  /// The factor of the low-rank product.
  public var scale: Float {
    Float(alpha / (usesRankStabilizedScale ? Double(rank).squareRoot() : Double(rank)))
  }

  /// Checks the values and that the targets exist.
  public func validate(file: String? = nil) throws {
    guard (1...1024).contains(rank) else {
      throw InputError(
        .badConfiguration,
        "bad adapter rank",
        file: file,
        field: "r",
        found: "\(rank)",
        expected: "1 to 1024"
      )
    }
    guard alpha.isFinite, alpha > 0, dropout >= 0, dropout < 1 else {
      throw InputError(
        .badConfiguration,
        "bad adapter setting",
        file: file,
        field: "lora_alpha, lora_dropout",
        found: "\(alpha), \(dropout)",
        expected: "a positive alpha and a dropout in [0, 1)"
      )
    }
    for target in targetModules where !Self.knownModules.contains(target) {
      throw Self.unknown(target, expected: Self.knownModules, file: file)
    }
  }

  /// Checks the values and that the model has the targets.
  public func validate(for model: ModelConfiguration, file: String? = nil) throws {
    try validate(file: file)
    let modules = model.decoder.modules(model)
    for target in resolved(for: model).targetModules where !modules.contains(target) {
      throw Self.unknown(target, expected: modules, file: file)
    }
  }

  /// The same with `allLinear` replaced by the names of the model's own projections.
  public func resolved(for model: ModelConfiguration) -> AdapterConfiguration {
    guard targetModules == Self.allLinear else { return self }
    var result = self
    result.targetModules = model.decoder.modules(model)
    return result
  }

  private static func unknown(_ target: String, expected: [String], file: String?) -> InputError {
    InputError(
      .badConfiguration,
      "unknown adapter target",
      file: file,
      field: "target_modules",
      found: target,
      expected: expected.joined(separator: ", ")
    )
  }
}

/// Low-rank adapters of one model: flat parameters and where each lies (Hu and others 2021,
/// equation 3).
public struct Adapter: Sendable {
  /// Rank, scale and targets.
  public let configuration: AdapterConfiguration
  /// Places of every A and B, under PEFT's names without the adapter's own name.
  public let layout: ParameterLayout
  /// The flat values.
  public let parameters: Tensor

  /// Creates adapters whose A is uniform in ±1/√in and whose B is zero, so the model is unchanged.
  public init(
    _ configuration: AdapterConfiguration,
    for model: ModelConfiguration,
    seed: UInt64
  ) {
    self.configuration = configuration.resolved(for: model)
    layout = Self.layout(self.configuration, for: model)
    precondition(
      layout.count > 0,
      "the model has none of \(configuration.targetModules.joined(separator: ", "))"
    )
    parameters = Tensor(rows: 1, columns: layout.count)
    var values = [Float](repeating: 0, count: layout.count)
    for entry in layout.entries where entry.name.contains("lora_A") {
      var stream = RandomStream(seed: seed, name: "adapter/" + entry.name)
      let bound = 1 / Double(entry.columns).squareRoot()
      for index in entry.range { values[index] = Float((stream.uniform() * 2 - 1) * bound) }
    }
    parameters.copy(from: values)
  }

  /// The layout of all adapters of a model.
  static func layout(
    _ configuration: AdapterConfiguration,
    for model: ModelConfiguration
  ) -> ParameterLayout {
    var layout = ParameterLayout()
    let decoder = model.decoder
    let projections = decoder.projections(model).flatMap { $0 }
    for layer in 0..<model.layerCount {
      for projection in projections {
        guard configuration.targetModules.contains(projection.module) else { continue }
        let base = adapterName(layer: layer, projection: projection, names: decoder.names)
        layout.appendMatrix(
          base + ".lora_A.weight",
          rows: configuration.rank,
          columns: projection.inputs
        )
        layout.appendMatrix(
          base + ".lora_B.weight",
          rows: projection.outputs,
          columns: configuration.rank
        )
      }
    }
    return layout
  }

  static func adapterName(
    layer: Int,
    projection: DecoderDescription.Projection,
    names: DecoderNames
  ) -> String {
    "base_model.model." + names.block(layer, projection.path)
  }
}

extension Adapter {
  /// Wraps values that lie in a given layout.
  init(configuration: AdapterConfiguration, layout: ParameterLayout, parameters: Tensor) {
    precondition(parameters.count == layout.count, "\(parameters.count) for \(layout.count)")
    self.configuration = configuration
    self.layout = layout
    self.parameters = parameters
  }
}
